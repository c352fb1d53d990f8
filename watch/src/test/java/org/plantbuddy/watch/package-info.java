@NullMarked
package org.plantbuddy.watch;

import org.jspecify.annotations.NullMarked;
