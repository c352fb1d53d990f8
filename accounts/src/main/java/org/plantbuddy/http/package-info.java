/** What the HTTP servers of page and bridge have in common: bounds on what a client may cost. */
@NullMarked
package org.plantbuddy.http;

import org.jspecify.annotations.NullMarked;
