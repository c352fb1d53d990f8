/** A bridge's part in removing users: whose readings are dropped, wherever they are on their way, and what deletes in InfluxDB. */
@NullMarked
package org.plantbuddy.bridge.removal;

import org.jspecify.annotations.NullMarked;
