/** Readings in: taken from the broker, decoded, put into the journal, and only then acknowledged. */
@NullMarked
package org.plantbuddy.bridge.ingest;

import org.jspecify.annotations.NullMarked;
