/** What a user is told of their own account. */
@NullMarked
package org.plantbuddy.web.account;

import org.jspecify.annotations.NullMarked;
