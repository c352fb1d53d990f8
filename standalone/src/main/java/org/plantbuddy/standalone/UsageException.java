package org.plantbuddy.standalone;

/** Something the person at the terminal can put right; the message says how. Printed without a stack trace. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
