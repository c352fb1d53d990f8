package org.plantbuddy.web.overview;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.flux.Newest;
import org.plantbuddy.flux.threshold.HoldingThresholds;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.alerts.AlertBody;
import org.plantbuddy.web.series.Readings;

/**
 * What can be told of a user's boards, and what cannot: one answer, so that values, alerts and the sentence above them
 * agree. All times are epoch ms.
 *
 * @param at when this was put together
 * @param asOf when InfluxDB gave the readings; null when it never did
 * @param checkedAt up to when readings were judged; null when they never were
 * @param cannotTell why nothing can be told of any board; then none is fine
 * @param boards those with a password, with readings or with an alert, by address; none that is revoked
 * @param newest the newest reading of each series of these boards
 * @param inForce what is wrong with them, the newest first
 */
record Overview(
        long at,
        @Nullable Long asOf,
        @Nullable Long checkedAt,
        List<Unknown> cannotTell,
        List<Board> boards,
        List<Value> newest,
        List<AlertBody> inForce) {

    /** A query may fail once, or take its time. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    /** Bridges say so every 10 s. */
    private static final Duration BRIDGE_WORKS = Duration.ofMinutes(1);

    /**
     * @param what does not do its part: {@code readings} (InfluxDB does not answer), {@code check}, {@code broker}, {@code
     *     bridge}
     * @param since null where nobody knows
     */
    record Unknown(String what, @Nullable Long since) {}

    /**
     * @param name what its owner calls it; null: by its address
     * @param place where it is; null where nobody said
     * @param state {@code crit}, {@code warn} or {@code info}: the worst alert in force; {@code silent}: the board or one of
     *     its sensors was not heard for too long; {@code waiting}: it never was; {@code checking}: its newest reading is not
     *     judged yet; {@code unknown}: see {@code cannotTell}; {@code fine}
     * @param lastReading time of its newest reading in 30 days; null when there is none
     * @param quiet the sensors that were not heard while the board was
     */
    record Board(
            String device,
            @Nullable String name,
            @Nullable String place,
            String state,
            @Nullable Long lastReading,
            List<String> quiet) {}

    /**
     * @param fresh whether it can be taken for what is now
     * @param checking whether it makes a level that no alert tells of yet, or ends one
     */
    record Value(String device, String sensor, long time, double value, boolean fresh, boolean checking) {}

    /**
     * What InfluxDB says of a user.
     *
     * @param usual how long it usually takes from one reading of a series to the next
     */
    record Known(Newest newest, HoldingThresholds thresholds, Map<SeriesName, Duration> usual) {

        static final Known NOTHING = new Known(Newest.NOTHING, new HoldingThresholds(List.of()), Map.of());
    }

    /**
     * What the accounts database says.
     *
     * @param bridgeWorked when a bridge last said that readings get through it; empty when none ever lived
     */
    record Stored(List<Device> devices, List<Alert> inForce, Optional<Instant> bridgeWorked) {}

    /**
     * Puts it together.
     *
     * @param brokerAway since when
     * @param checkLate how far behind the check may be
     */
    static Overview of(
            Stored stored, Readings.View<Known> view, Optional<Instant> brokerAway, Duration checkLate, Instant now) {
        Known known = view.seen();
        Optional<Instant> checkedAt = known.newest().checkedAt();
        List<Unknown> cannotTell = new ArrayList<>();
        if (view.asOf().filter(then -> isWithin(ANSWERED_WITHIN, then, now)).isEmpty()) {
            cannotTell.add(new Unknown("readings", ms(view.awaySince())));
        } else if (checkedAt
                .filter(then -> isWithin(checkLate, then, view.asOf().orElse(now)))
                .isEmpty()) {
            cannotTell.add(new Unknown("check", ms(checkedAt)));
        }
        brokerAway.ifPresent(since -> cannotTell.add(new Unknown("broker", since.toEpochMilli())));
        stored.bridgeWorked()
                .filter(then -> !isWithin(BRIDGE_WORKS, then, now))
                .ifPresent(then ->
                        cannotTell.add(new Unknown("bridge", then.equals(Instant.EPOCH) ? null : then.toEpochMilli())));
        return new Judging(stored, known, view.asOf().orElse(now), cannotTell)
                .overview(now, ms(view.asOf()), ms(checkedAt));
    }

    private static boolean isWithin(Duration most, Instant then, Instant now) {
        return Duration.between(then, now).compareTo(most) <= 0;
    }

    private static @Nullable Long ms(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(null);
    }

    /** As of the moment at which InfluxDB answered. */
    private static final class Judging {

        private final Stored stored;
        private final Instant asOf;
        private final List<Unknown> cannotTell;
        private final Freshness freshness;
        private final Map<String, List<Value>> values;
        private final Map<String, Level> inForce = new HashMap<>();

        Judging(Stored stored, Known known, Instant asOf, List<Unknown> cannotTell) {
            this.stored = stored;
            this.asOf = asOf;
            this.cannotTell = cannotTell;
            this.freshness = new Freshness(known.usual());
            stored.inForce().forEach(alert -> inForce.put(key(alert.device(), alert.sensor()), alert.level()));
            this.values = known.newest().readings().stream()
                    .map(reading -> value(reading, known.thresholds()))
                    .collect(Collectors.groupingBy(Value::device, TreeMap::new, Collectors.toList()));
        }

        private Value value(Newest.Reading reading, HoldingThresholds thresholds) {
            SeriesName series = reading.series();
            Level told = inForce.getOrDefault(key(series.device(), series.sensor()), Level.OK);
            return new Value(
                    series.device(),
                    series.sensor(),
                    reading.time().toEpochMilli(),
                    reading.value(),
                    isWithin(freshness.ofSeries(series), reading.time(), asOf),
                    thresholds.judge(series, told, reading.value()) != told);
        }

        Overview overview(Instant now, @Nullable Long asOfMs, @Nullable Long checkedAt) {
            Set<String> boards = new TreeSet<>(values.keySet());
            stored.inForce().forEach(alert -> boards.add(alert.device()));
            Map<String, Description> described = new HashMap<>();
            stored.devices().forEach(device -> {
                described.put(device.name(), device.description());
                if (device.active()) {
                    boards.add(device.name());
                } else {
                    boards.remove(device.name());
                }
            });
            return new Overview(
                    now.toEpochMilli(),
                    asOfMs,
                    checkedAt,
                    cannotTell,
                    boards.stream()
                            .map(device -> board(device, described.getOrDefault(device, Description.NONE)))
                            .toList(),
                    boards.stream()
                            .flatMap(device -> values.getOrDefault(device, List.of()).stream())
                            .toList(),
                    stored.inForce().stream()
                            .filter(alert -> boards.contains(alert.device()))
                            .map(AlertBody::of)
                            .toList());
        }

        private Board board(String device, Description described) {
            List<Value> own = values.getOrDefault(device, List.of());
            Optional<Long> last = own.stream().map(Value::time).max(Comparator.naturalOrder());
            boolean heard = last.filter(time -> isWithin(freshness.ofBoard(device), Instant.ofEpochMilli(time), asOf))
                    .isPresent();
            List<String> quiet = heard
                    ? own.stream()
                            .filter(value -> !value.fresh())
                            .map(Value::sensor)
                            .sorted()
                            .toList()
                    : List.of();
            return new Board(
                    device,
                    described.name().orElse(null),
                    described.place().orElse(null),
                    state(device, own, heard && quiet.isEmpty()),
                    last.orElse(null),
                    quiet);
        }

        private String state(String device, List<Value> own, boolean heard) {
            Optional<Level> worst = stored.inForce().stream()
                    .filter(alert -> alert.device().equals(device))
                    .map(Alert::level)
                    .max(Comparator.naturalOrder());
            if (worst.isPresent()) {
                return worst.get().text();
            }
            if (!heard && (!own.isEmpty() || cannotTell.isEmpty())) {
                return own.isEmpty() ? "waiting" : "silent";
            }
            if (!cannotTell.isEmpty()) {
                return "unknown";
            }
            return own.stream().anyMatch(Value::checking) ? "checking" : "fine";
        }

        private static String key(String device, String sensor) {
            return device + '/' + sensor;
        }
    }
}
