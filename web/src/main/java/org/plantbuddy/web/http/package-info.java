/** What all answers have in common: where they come from, what a request sends, what a problem looks like. */
@NullMarked
package org.plantbuddy.web.http;

import org.jspecify.annotations.NullMarked;
