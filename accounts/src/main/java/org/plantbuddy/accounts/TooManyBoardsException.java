package org.plantbuddy.accounts;

/** A board that would be one more than its user may have. */
public final class TooManyBoardsException extends AccountException {

    TooManyBoardsException(String device, int others, int most) {
        super("board '" + device + "' is one too many: you have " + others + ", and at most " + most
                + " can be added here");
    }
}
