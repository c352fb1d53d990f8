@NullMarked
package org.plantbuddy.operations.history;

import org.jspecify.annotations.NullMarked;
