package org.plantbuddy.flux.threshold;

import java.time.Duration;

/**
 * A board is {@code crit} when none of its sensors was heard for so long.
 *
 * @param after whole seconds, a minute to seven days
 */
public record Silence(Duration after) implements Rule {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    public Silence {
        if (after.compareTo(SHORTEST) < 0 || after.compareTo(LONGEST) > 0) {
            throw new BadThresholdException("silent_after " + inSeconds(after) + " s is not allowed: it must be "
                    + SHORTEST.toSeconds() + " s (1 m) to " + LONGEST.toSeconds() + " s (7 d)");
        }
        if (!after.equals(Duration.ofSeconds(after.toSeconds()))) {
            throw new BadThresholdException(
                    "silent_after " + inSeconds(after) + " s is not allowed: it must be whole seconds");
        }
    }

    private static String inSeconds(Duration duration) {
        return Limits.text(duration.toMillis() / 1e3);
    }
}
