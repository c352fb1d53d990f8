/** Certificates: the folder that page and broker take theirs from, its renewal, and an authority of one's own that fills it. */
@NullMarked
package org.plantbuddy.tls;

import org.jspecify.annotations.NullMarked;
