@NullMarked
package org.plantbuddy.bridge.history;

import org.jspecify.annotations.NullMarked;
