@NullMarked
package org.plantbuddy.flux.threshold;

import org.jspecify.annotations.NullMarked;
