package org.plantbuddy.config;

/**
 * A text that must not be printed.
 *
 * @param text the secret itself; never in logs, errors or process lists
 */
public record Secret(String text) {

    @Override
    public String toString() {
        return "***";
    }
}
