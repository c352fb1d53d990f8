package org.plantbuddy.bridge.journal;

/** The journal cannot take or give readings now. The message says why and what to do; trying again may help. */
public final class JournalUnavailableException extends RuntimeException {

    JournalUnavailableException(String message) {
        super(message);
    }

    JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
