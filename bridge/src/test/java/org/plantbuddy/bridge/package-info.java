@NullMarked
package org.plantbuddy.bridge;

import org.jspecify.annotations.NullMarked;
