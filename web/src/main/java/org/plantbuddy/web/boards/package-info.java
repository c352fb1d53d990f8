/** The boards of a user, and what of theirs was not taken. */
@NullMarked
package org.plantbuddy.web.boards;

import org.jspecify.annotations.NullMarked;
