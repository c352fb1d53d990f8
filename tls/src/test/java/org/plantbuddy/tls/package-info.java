@NullMarked
package org.plantbuddy.tls;

import org.jspecify.annotations.NullMarked;
