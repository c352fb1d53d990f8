package org.plantbuddy.flux.threshold;

/** InfluxDB did not answer; nothing is known of what it did. */
public final class ThresholdsUnavailableException extends RuntimeException {

    ThresholdsUnavailableException(String what, Throwable cause) {
        super("InfluxDB did not answer when " + what + ": " + cause.getMessage() + "; try again", cause);
    }
}
