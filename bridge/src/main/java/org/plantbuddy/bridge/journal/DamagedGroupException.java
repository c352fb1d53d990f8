package org.plantbuddy.bridge.journal;

/** What was read is not what was written. */
final class DamagedGroupException extends Exception {

    DamagedGroupException(String message) {
        super(message);
    }
}
