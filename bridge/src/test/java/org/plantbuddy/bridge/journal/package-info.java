@NullMarked
package org.plantbuddy.bridge.journal;

import org.jspecify.annotations.NullMarked;
