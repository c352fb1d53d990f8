@NullMarked
package org.plantbuddy.operations.backup;

import org.jspecify.annotations.NullMarked;
