package org.plantbuddy.operations.history;

/** A line that belongs to someone else: one is enough to refuse the file. */
final class ForeignUserException extends BadLineException {

    ForeignUserException(String user, String expected) {
        super("its user is '" + shown(user) + "', not '" + expected + "'");
    }
}
