package org.plantbuddy.operations.provision;

/** InfluxDB could not be set up. The message says what was tried and what to do; it holds no secret. */
public final class ProvisionException extends RuntimeException {

    ProvisionException(String message) {
        super(message);
    }

    ProvisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
