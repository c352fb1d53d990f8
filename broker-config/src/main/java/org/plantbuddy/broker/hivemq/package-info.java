/** Everything that reaches into HiveMQ beyond its extension SDK. What depends on it is listed in {@link Guarantees}. */
@NullMarked
package org.plantbuddy.broker.hivemq;

import org.jspecify.annotations.NullMarked;
