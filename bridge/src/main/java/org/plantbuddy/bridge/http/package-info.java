/** The bridge's HTTP side: notifications in, metrics and health out. */
@NullMarked
package org.plantbuddy.bridge.http;

import org.jspecify.annotations.NullMarked;
