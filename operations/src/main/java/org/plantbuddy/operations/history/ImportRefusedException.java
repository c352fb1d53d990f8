package org.plantbuddy.operations.history;

import java.io.IOException;

/** An import that cannot be done or go on; the message says why and what to do. What was stored by then stays. */
public final class ImportRefusedException extends IOException {

    ImportRefusedException(String message) {
        super(message);
    }
}
