/** Times as boards and files give them. */
@NullMarked
package org.plantbuddy.bridge.time;

import org.jspecify.annotations.NullMarked;
