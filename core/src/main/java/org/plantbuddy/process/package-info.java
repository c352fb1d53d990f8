/** What every process of the system has: a version, threads it cannot live without, a disk. */
@NullMarked
package org.plantbuddy.process;

import org.jspecify.annotations.NullMarked;
