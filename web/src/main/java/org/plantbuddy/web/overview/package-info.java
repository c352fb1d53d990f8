/** What can be told of all boards at a glance, and what cannot. */
@NullMarked
package org.plantbuddy.web.overview;

import org.jspecify.annotations.NullMarked;
