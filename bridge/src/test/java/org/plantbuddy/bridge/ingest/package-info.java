@NullMarked
package org.plantbuddy.bridge.ingest;

import org.jspecify.annotations.NullMarked;
