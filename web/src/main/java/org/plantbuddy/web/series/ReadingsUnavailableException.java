package org.plantbuddy.web.series;

/** The database of readings does not answer, or not as it should. The message is for the operator's log. */
public final class ReadingsUnavailableException extends RuntimeException {

    ReadingsUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
