/** What the broker has of users who were removed. */
@NullMarked
package org.plantbuddy.broker.removal;

import org.jspecify.annotations.NullMarked;
