/** What comes from clients that are let in: stamped, paced, refused where there is no room. */
@NullMarked
package org.plantbuddy.broker.arrival;

import org.jspecify.annotations.NullMarked;
