@NullMarked
package org.plantbuddy.bridge.watch;

import org.jspecify.annotations.NullMarked;
