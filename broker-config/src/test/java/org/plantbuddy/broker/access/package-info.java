@NullMarked
package org.plantbuddy.broker.access;

import org.jspecify.annotations.NullMarked;
