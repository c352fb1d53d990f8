/** Deletes raw readings that their user does not want kept. */
@NullMarked
package org.plantbuddy.bridge.retention;

import org.jspecify.annotations.NullMarked;
