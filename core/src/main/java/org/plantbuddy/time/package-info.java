/** Times as boards and files give them. */
@NullMarked
package org.plantbuddy.time;

import org.jspecify.annotations.NullMarked;
