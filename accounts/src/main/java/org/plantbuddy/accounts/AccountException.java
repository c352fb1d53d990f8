package org.plantbuddy.accounts;

/** An account operation that cannot be done as asked; the message names the value and what to do. */
public class AccountException extends RuntimeException {

    public AccountException(String message) {
        super(message);
    }
}
