/** The whole system in one process, and the commands around it. */
@NullMarked
package org.plantbuddy.standalone;

import org.jspecify.annotations.NullMarked;
