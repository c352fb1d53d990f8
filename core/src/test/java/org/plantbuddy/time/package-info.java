@NullMarked
package org.plantbuddy.time;

import org.jspecify.annotations.NullMarked;
