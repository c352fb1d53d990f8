package org.plantbuddy.operations.backup;

/** A backup or a restore that could not be done. The message says what was tried and what to do; it holds no secret. */
public final class BackupException extends RuntimeException {

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
