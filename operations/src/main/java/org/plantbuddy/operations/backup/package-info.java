/** One encrypted file of all that a system is, made while it runs, and the way back into an empty one. */
@NullMarked
package org.plantbuddy.operations.backup;

import org.jspecify.annotations.NullMarked;
