package org.plantbuddy.flux.threshold;

/** A threshold that cannot be. The message names the value and the rule it breaks. */
public final class BadThresholdException extends IllegalArgumentException {

    public BadThresholdException(String message) {
        super(message);
    }
}
