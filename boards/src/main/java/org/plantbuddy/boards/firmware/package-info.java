/** Programs for boards that know where their broker is and what they sign in with. */
@NullMarked
package org.plantbuddy.boards.firmware;

import org.jspecify.annotations.NullMarked;
