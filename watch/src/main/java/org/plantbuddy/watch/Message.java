package org.plantbuddy.watch;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the operator is told at once. Times in ms since the epoch.
 *
 * @param at when it was found
 * @param wrong what does not work
 * @param well what works again
 */
record Message(long at, List<Line> wrong, List<Line> well) {

    /**
     * One part.
     *
     * @param until when it began to work again; 0 while it does not
     */
    record Line(String part, String reason, long since, long until) {

        private String text() {
            String from = time(since);
            return until == 0
                    ? part + " does not work since " + from + ": " + reason
                    : part + " works again since " + time(until) + "; it did not from " + from + " on: " + reason;
        }
    }

    /** One line. */
    String title() {
        String parts = Stream.of(told("not working: ", wrong), told("works again: ", well))
                .filter(told -> !told.isEmpty())
                .collect(Collectors.joining("; "));
        return "Plant Buddy: " + parts;
    }

    private static String told(String what, List<Line> lines) {
        return lines.isEmpty() ? "" : lines.stream().map(Line::part).collect(Collectors.joining(", ", what, ""));
    }

    /** All of it, a line for each part. */
    String text() {
        return Stream.concat(wrong.stream(), well.stream()).map(Line::text).collect(Collectors.joining("\n"));
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
