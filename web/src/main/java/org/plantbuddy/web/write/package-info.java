/** Readings in, from boards that only speak HTTP. */
@NullMarked
package org.plantbuddy.web.write;

import org.jspecify.annotations.NullMarked;
