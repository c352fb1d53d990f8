package org.plantbuddy.accounts.command;

import java.time.Duration;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.time.WrittenDuration;
import picocli.CommandLine.Option;

/** How long a link works. */
final class LinkValidity {

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(30);

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            defaultValue = "48h",
            description = "how long the link works, 1m to 30d (default: ${DEFAULT-VALUE})")
    private String valid = "48h";

    Duration duration() {
        return WrittenDuration.parse(valid)
                .filter(time -> time.compareTo(SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0)
                .orElseThrow(() -> new AccountException(
                        "--valid is '" + valid + "': it must be a time from 1m to 30d, such as 48h"));
    }
}
