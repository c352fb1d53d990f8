/** The commands with which an operator keeps users, boards and app tokens. */
@NullMarked
package org.plantbuddy.accounts.command;

import org.jspecify.annotations.NullMarked;
