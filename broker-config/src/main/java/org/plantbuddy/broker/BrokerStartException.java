package org.plantbuddy.broker;

/** The broker did not start, or would not have been safe to use. The message says why and what to do. */
public final class BrokerStartException extends RuntimeException {

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }

    BrokerStartException(String message) {
        super(message);
    }
}
