/** The one step that holds the operator token: it sets InfluxDB up for everything else, and may be run at any time. */
@NullMarked
package org.plantbuddy.operations.provision;

import org.jspecify.annotations.NullMarked;
