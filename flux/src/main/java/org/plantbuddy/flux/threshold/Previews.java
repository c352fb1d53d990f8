package org.plantbuddy.flux.threshold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.Row;
import org.plantbuddy.reading.Level;

/** Judges readings again. Thread-safe. */
final class Previews {

    private final Influx influx;
    private final Duration checkEvery;
    private final Clock clock;

    Previews(Influx influx, Duration checkEvery, Clock clock) {
        this.influx = influx;
        this.checkEvery = checkEvery;
        this.clock = clock;
    }

    /**
     * What it would have told.
     *
     * @param own boards it is not for
     * @param window how far to look back, whole hours
     */
    Preview of(Threshold threshold, List<String> own, Duration window) {
        Map<String, Preview.Board> boards = threshold.rule() instanceof Limits limits
                ? limits(threshold, limits, window)
                : silences(threshold, ((Silence) threshold.rule()).after(), window);
        boards.keySet().removeAll(own);
        return new Preview(window, List.copyOf(boards.values()), own);
    }

    private Map<String, Preview.Board> limits(Threshold threshold, Limits limits, Duration window) {
        Scope scope = threshold.scope();
        Map<String, Replay> replays = new TreeMap<>();
        Map<String, Judge> judges = new TreeMap<>();
        String flux = FluxScript.preview(scope.user(), scope.device(), scope.sensor(), checkEvery, window)
                .text();
        for (Row row : influx.query(flux)) {
            Instant time = row.time();
            if (time != null && row.value() instanceof Number value) {
                String device = row.text("device_id");
                Level level =
                        judges.computeIfAbsent(device, key -> new Judge(limits)).judge(value.doubleValue());
                replays.computeIfAbsent(device, Replay::new)
                        .at(time, threshold.enabled() ? level : Level.OK, value.doubleValue());
            }
        }
        Map<String, Preview.Board> boards = new TreeMap<>();
        replays.forEach((device, replay) -> boards.put(device, replay.board()));
        return boards;
    }

    private Map<String, Preview.Board> silences(Threshold threshold, Duration silentAfter, Duration window) {
        Scope scope = threshold.scope();
        Map<String, Heard> heard = new TreeMap<>();
        for (Row row : influx.query(
                FluxScript.silences(scope.user(), scope.device(), window).text())) {
            Instant time = row.time();
            if (time != null) {
                heard.computeIfAbsent(row.text("device_id"), key -> new Heard())
                        .take(row.text("result"), time, row.get("elapsed"));
            }
        }
        Instant now = clock.instant();
        Map<String, Preview.Board> boards = new TreeMap<>();
        heard.forEach((device, times) -> {
            SilenceReplay replay = new SilenceReplay(device, silentAfter, now.minus(window));
            if (threshold.enabled()) {
                times.pauses(now).forEach((from, until) -> replay.silent(from, until, until.isBefore(now)));
            }
            boards.put(device, replay.board());
        });
        return boards;
    }

    /** When a board was heard, as far as a silence could begin or end then. */
    private static final class Heard {

        private Instant before = Instant.MIN;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        private final TreeMap<Instant, Instant> gaps = new TreeMap<>();

        void take(String result, Instant time, @Nullable Object elapsed) {
            switch (result) {
                case "before" -> before = time.isAfter(before) ? time : before;
                case "first" -> first = time.isBefore(first) ? time : first;
                case "last" -> last = time.isAfter(last) ? time : last;
                default -> {
                    if (elapsed instanceof Number ms) {
                        gaps.put(time.minusMillis(ms.longValue()), time);
                    }
                }
            }
        }

        NavigableMap<Instant, Instant> pauses(Instant now) {
            TreeMap<Instant, Instant> all = new TreeMap<>(gaps);
            if (!before.equals(Instant.MIN)) {
                all.put(before, first.isBefore(now) ? first : now);
            }
            if (!last.equals(Instant.MIN)) {
                all.put(last, now);
            }
            return all;
        }
    }
}
