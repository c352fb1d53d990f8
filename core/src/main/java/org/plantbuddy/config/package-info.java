/** What an operator can set: every key of the system, read and checked once at start. */
@NullMarked
package org.plantbuddy.config;

import org.jspecify.annotations.NullMarked;
