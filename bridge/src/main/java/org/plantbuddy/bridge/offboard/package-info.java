/** Off-boarding: a bridge's part in removing users, and what deletes in InfluxDB. */
@NullMarked
package org.plantbuddy.bridge.offboard;

import org.jspecify.annotations.NullMarked;
