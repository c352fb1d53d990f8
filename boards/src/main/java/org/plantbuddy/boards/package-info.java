/** What boards send, and what it means: pure decoders of payloads. No I/O. */
@NullMarked
package org.plantbuddy.boards;

import org.jspecify.annotations.NullMarked;
