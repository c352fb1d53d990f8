@NullMarked
package org.plantbuddy.flux;

import org.jspecify.annotations.NullMarked;
