package org.plantbuddy.bridge.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.boards.Decoded;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.Message;
import org.plantbuddy.boards.Reason;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.bridge.refused.Refusal;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what in a group of messages is a reading, to be journalled, and what is for the accounts database. Asks no database.
 */
final class Sorting {

    private static final Logger LOG = LoggerFactory.getLogger(Sorting.class);

    /** The others of the message are refused together, and what is over a day's readings is from the first on. */
    private static final int TOLD_OF_ONE_MESSAGE = 100;

    /** A board may send nothing but such. */
    private static final long TOLD_AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    private static final int PAYLOAD_SHOWN = 256;
    private static final int BYTES_A_CHARACTER = 4;

    private final Decoder decoder;
    private final StatusDecoder statuses;
    private final Admission admission;
    private final Allowance allowance;
    private final Departed departed;
    private OptionalLong tellFrom = OptionalLong.empty();

    /**
     * @param departed whose messages are dropped
     */
    Sorting(Decoder decoder, StatusDecoder statuses, Admission admission, Allowance allowance, Departed departed) {
        this.decoder = decoder;
        this.statuses = statuses;
        this.admission = admission;
        this.allowance = allowance;
        this.departed = departed;
    }

    /**
     * What a group of messages comes to.
     *
     * @param byUser how many readings of whom
     * @param done messages that are safe once the readings are
     * @param entries what the accounts database must have before the other messages are safe
     * @param dropped messages of removed users
     */
    record Sorted(
            List<Reading> readings, Map<String, Long> byUser, List<Arrived> done, List<Entry> entries, int dropped) {}

    Sorted sort(List<Arrived> group) {
        List<Reading> readings = new ArrayList<>();
        Map<String, Share> shares = new HashMap<>();
        List<Arrived> done = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        int dropped = 0;
        for (Arrived arrived : group) {
            if (isDeparted(arrived.message())) {
                dropped++;
                done.add(arrived);
                continue;
            }
            understood(arrived, readings, shares).ifPresentOrElse(entries::add, () -> done.add(arrived));
        }
        Map<String, Long> byUser = new HashMap<>();
        shares.forEach((user, share) -> byUser.put(user, share.taken));
        return new Sorted(readings, byUser, done, entries, dropped);
    }

    /** One message that brings out a fault here must not keep all others from being sorted, for ever. */
    private Optional<Entry> understood(Arrived arrived, List<Reading> readings, Map<String, Share> shares) {
        int before = readings.size();
        try {
            return entry(arrived, readings, shares);
        } catch (RuntimeException e) {
            List<Reading> added = readings.subList(before, readings.size());
            added.forEach(reading -> share(shares, reading.series().user()).taken--);
            added.clear();
            return notUnderstood(arrived, e);
        }
    }

    /** Says nothing of the payload: to show it may be what failed. */
    private Optional<Entry> notUnderstood(Arrived arrived, RuntimeException e) {
        Message message = arrived.message();
        String bytes = "a message of " + message.payload().length + " bytes";
        if (tellFrom.isEmpty() || System.nanoTime() - tellFrom.getAsLong() > 0) {
            tellFrom = OptionalLong.of(System.nanoTime() + TOLD_AGAIN_NS);
            String topic = message.topic().replaceAll("[^ -~]", "?");
            LOG.error("event=message_not_understood topic=\"{}\" reason=\"{}\"", topic, bytes, e);
        }
        return hasOwner(message)
                ? Optional.of(Entry.ofRefusals(
                        arrived,
                        List.of(refusal(
                                message,
                                "",
                                Map.of(Reason.NOT_UNDERSTOOD, 1),
                                bytes
                                        + " brings out a fault of the bridge: please tell the operator, whose log says which",
                                "fault"))))
                : Optional.empty();
    }

    private Optional<Entry> entry(Arrived arrived, List<Reading> readings, Map<String, Share> shares) {
        Message message = arrived.message();
        if (Topics.isStatus(message.topic())) {
            Decoded said = statuses.decode(message);
            return said instanceof Decoded.Status status
                    ? Optional.of(Entry.ofStatus(arrived, status.report()))
                    : refused(arrived, List.of(said));
        }
        Optional<SeriesName> series = SeriesName.ofTopic(message.topic());
        if (series.isEmpty()) {
            return refused(
                    arrived,
                    List.of(Decoded.Refused.of(
                            Reason.TOPIC,
                            message.topic(),
                            "is not a reading's topic: it must be plantbuddy/<user>/<device>/<sensor>"
                                    + " with a sensor of small letters, digits and _; try "
                                    + withSensor(message.topic()))));
        }
        List<Decoded> all = decoder.decode(series.get(), message);
        if (!has(Decoded.Accepted.class, all)) {
            return refused(arrived, all);
        }
        Optional<Boolean> admitted = admission.known(series.get());
        if (admitted.isEmpty()) {
            return Optional.of(Entry.ofNewSeries(arrived, series.get()));
        }
        if (!admitted.get()) {
            return refused(
                    arrived,
                    all.stream()
                            .map(one -> one instanceof Decoded.Refused ? one : tooMany(series.get()))
                            .toList());
        }
        return refused(arrived, take(share(shares, message.user()), all, readings));
    }

    /** The topic with a sensor that can be one: all before it is as the broker let it in. */
    private static String withSensor(String topic) {
        int sensor = topic.lastIndexOf('/') + 1;
        return topic.substring(0, sensor) + Names.nearestSensor(topic.substring(sensor));
    }

    /** What a user has of a day's readings: the same for a whole group, so that it is looked up once. */
    private static final class Share {

        private final String user;
        private final DailyUse before;
        private final long oldestNs;
        private long taken;

        Share(String user, DailyUse before, long oldestNs) {
            this.user = user;
            this.before = before;
            this.oldestNs = oldestNs;
        }
    }

    private Share share(Map<String, Share> shares, String user) {
        return shares.computeIfAbsent(user, name -> {
            DailyUse use = allowance.of(name);
            return new Share(name, use, allowance.oldestKept(use));
        });
    }

    private static boolean has(Class<? extends Decoded> kind, List<Decoded> all) {
        for (Decoded one : all) {
            if (kind.isInstance(one)) {
                return true;
            }
        }
        return false;
    }

    /** What is not too old, as many as the user may have stored today; returns what became of each. */
    private static List<Decoded> take(Share share, List<Decoded> all, List<Reading> readings) {
        List<Decoded> became = all;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Decoded.Accepted accepted) {
                boolean kept = accepted.reading().timeNs() >= share.oldestNs;
                if (kept && share.taken < share.before.left()) {
                    readings.add(accepted.reading());
                    share.taken++;
                } else {
                    became = became == all ? new ArrayList<>(all) : became;
                    became.set(i, kept ? overTheDay(share) : tooOld(share, accepted.reading()));
                }
            }
        }
        return became;
    }

    /** Others of its ten minutes may be deleted: their mean would be this one's. */
    private static Decoded tooOld(Share share, Reading reading) {
        return Decoded.Refused.of(
                Reason.TIME,
                EpochNs.instant(reading.timeNs()).toString(),
                "is older than the " + Duration.ofMillis(share.before.keepMs()).toHours() + " h that readings of '"
                        + share.user + "' are kept; to keep more ask the operator (plantbuddy user set " + share.user
                        + " --keep TIME)");
    }

    private static Decoded overTheDay(Share share) {
        return new Decoded.Refused(
                Reason.DAY,
                "it is over the " + share.before.most() + " readings of '" + share.user
                        + "' that are stored a day: they are taken"
                        + " again from 00:00 UTC; for more ask the operator (plantbuddy user set " + share.user
                        + " --readings-per-day N)");
    }

    private static Decoded tooMany(SeriesName series) {
        return new Decoded.Refused(
                Reason.SERIES,
                "'" + series.sensor() + "' is one sensor too many: a board can use " + Names.MAX_SENSORS_PER_DEVICE);
    }

    /** Empty where nothing is refused, or there is nobody to tell; the broker lets nobody publish such. */
    private static Optional<Entry> refused(Arrived arrived, List<Decoded> all) {
        Message message = arrived.message();
        if (!has(Decoded.Refused.class, all) || !hasOwner(message)) {
            return Optional.empty();
        }
        String payload = shown(message.payload());
        List<Refusal> refusals = new ArrayList<>();
        Map<Reason, Integer> more = new EnumMap<>(Reason.class);
        Optional<String> firstMore = Optional.empty();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Decoded.Refused refused) {
                if (refusals.size() < TOLD_OF_ONE_MESSAGE && refused.reason() != Reason.DAY) {
                    refusals.add(refusal(
                            message, payload, Map.of(refused.reason(), 1), refused.text(), Integer.toString(i)));
                } else {
                    more.merge(refused.reason(), 1, Integer::sum);
                    firstMore = firstMore.or(() -> Optional.of(refused.text()));
                }
            }
        }
        firstMore.ifPresent(first -> refusals.add(refusal(message, payload, more, rest(more, first), "rest")));
        return Optional.of(Entry.ofRefusals(arrived, refusals));
    }

    private static boolean hasOwner(Message message) {
        return message.topic().startsWith(Topics.ROOT + "/") && Names.isUser(message.user());
    }

    private static String rest(Map<Reason, Integer> more, String first) {
        String reasons = more.entrySet().stream()
                .map(one -> one.getValue() + " " + one.getKey().label())
                .collect(Collectors.joining(", "));
        int sum = more.values().stream().mapToInt(Integer::intValue).sum();
        return sum == 1
                ? first
                : sum + " readings of this message are refused together (" + reasons + "), the first of them: " + first;
    }

    private static Refusal refusal(
            Message message, String payload, Map<Reason, Integer> counts, String text, String part) {
        String stamp = message.stamp().map(String::valueOf).orElse("") + "/" + part;
        return new Refusal(message.user(), message.topic(), payload, counts, text, stamp);
    }

    private static String shown(byte[] payload) {
        int most = Math.min(payload.length, PAYLOAD_SHOWN * BYTES_A_CHARACTER);
        return Unseen.shown(new String(payload, 0, most, StandardCharsets.UTF_8), PAYLOAD_SHOWN);
    }

    boolean isDeparted(Message message) {
        return departed.has(message.user(), message.stamp().orElse(0L));
    }
}
