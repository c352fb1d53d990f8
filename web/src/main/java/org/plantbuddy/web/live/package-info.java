/** What happens now, told to those who look: the broker's messages as server-sent events. */
@NullMarked
package org.plantbuddy.web.live;

import org.jspecify.annotations.NullMarked;
