/** The accounts database: who may come in, and what bridges and web share about them. */
@NullMarked
package org.plantbuddy.accounts;

import org.jspecify.annotations.NullMarked;
