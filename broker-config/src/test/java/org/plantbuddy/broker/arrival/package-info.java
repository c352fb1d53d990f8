@NullMarked
package org.plantbuddy.broker.arrival;

import org.jspecify.annotations.NullMarked;
