/** Who somebody is: the forms, the sessions, and what slows those who guess. */
@NullMarked
package org.plantbuddy.web.signin;

import org.jspecify.annotations.NullMarked;
