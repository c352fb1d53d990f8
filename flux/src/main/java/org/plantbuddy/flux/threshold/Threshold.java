package org.plantbuddy.flux.threshold;

/**
 * What a user wants to be told of.
 *
 * @param rule {@link Silence} for sensor {@code status}, {@link Limits} for every other
 * @param enabled false: nothing is told, also not by a more general threshold or the one that holds where nobody set any
 */
public record Threshold(Scope scope, Rule rule, boolean enabled) {

    public Threshold {
        if (scope.isStatus() && !(rule instanceof Silence)) {
            throw new BadThresholdException("sensor status has no limits: it takes silent_after alone");
        }
        if (!scope.isStatus() && !(rule instanceof Limits)) {
            throw new BadThresholdException(
                    "silent_after is for sensor status, the board itself, not for " + scope.sensor());
        }
    }
}
