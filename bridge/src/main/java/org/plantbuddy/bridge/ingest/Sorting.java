package org.plantbuddy.bridge.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.accounts.StatusReport;
import org.plantbuddy.bridge.departed.Departed;
import org.plantbuddy.bridge.journal.Reading;
import org.plantbuddy.bridge.refused.Reason;
import org.plantbuddy.bridge.refused.Refusal;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;

/** Tells the readings and the statuses in a group of messages from what must be refused. */
final class Sorting {

    private static final int PAYLOAD_SHOWN = 256;
    private static final int BYTES_A_CHARACTER = 4;

    private final Decoder decoder;
    private final StatusDecoder statuses;
    private final Admission admission;
    private final Departed departed;

    /**
     * @param departed whose messages are dropped
     */
    Sorting(Decoder decoder, StatusDecoder statuses, Admission admission, Departed departed) {
        this.decoder = decoder;
        this.statuses = statuses;
        this.admission = admission;
        this.departed = departed;
    }

    /**
     * What a group of messages comes to.
     *
     * @param dropped messages of removed users
     */
    record Sorted(List<Reading> readings, List<StatusReport> statuses, List<Refusal> refusals, int dropped) {}

    /** Throws what the database throws when it cannot tell whether a series may be written. */
    Sorted sort(List<Delivery> group) {
        List<Message> standing = group.stream()
                .map(Delivery::message)
                .filter(message -> !isDeparted(message))
                .toList();
        Sorted sorted =
                new Sorted(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), group.size() - standing.size());
        for (Message message : standing) {
            if (Topics.isStatus(message.topic())) {
                sortStatus(message, sorted);
            } else {
                sort(message, sorted);
            }
        }
        return sorted;
    }

    private void sortStatus(Message message, Sorted sorted) {
        try {
            sorted.statuses().add(statuses.decode(message));
        } catch (RefusedException e) {
            refuse(message, e.refused(), 0, sorted);
        }
    }

    private void sort(Message message, Sorted sorted) {
        Optional<SeriesName> series = SeriesName.ofTopic(message.topic());
        if (series.isEmpty()) {
            refuse(
                    message,
                    new RefusedException(
                                    Reason.TOPIC,
                                    message.topic(),
                                    "is not a reading's topic: it must be plantbuddy/<user>/<device>/<sensor>"
                                            + " with a sensor of small letters, digits and _")
                            .refused(),
                    0,
                    sorted);
            return;
        }
        List<Decoded> all = decoder.decode(series.get(), message);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof Decoded.Refused refused) {
                refuse(message, refused, i, sorted);
            } else if (all.get(i) instanceof Decoded.Accepted accepted) {
                if (admission.admits(series.get())) {
                    sorted.readings().add(accepted.reading());
                } else {
                    refuse(message, tooMany(series.get()), i, sorted);
                }
            }
        }
    }

    private static Decoded.Refused tooMany(SeriesName series) {
        return new Decoded.Refused(
                Reason.SERIES,
                "'" + series.sensor() + "' is one sensor too many: a board can use " + Names.MAX_SENSORS_PER_DEVICE);
    }

    private static void refuse(Message message, Decoded.Refused refused, int element, Sorted sorted) {
        String[] levels = message.topic().split("/", 3);
        if (levels.length < 3 || !levels[0].equals(Topics.ROOT) || !Names.isUser(levels[1])) {
            return; // nobody to tell; the broker lets nobody publish such
        }
        sorted.refusals()
                .add(new Refusal(
                        levels[1],
                        message.topic(),
                        shown(message.payload()),
                        refused.reason(),
                        refused.text(),
                        message.stamp().map(String::valueOf).orElse("") + "/" + element));
    }

    private static String shown(byte[] payload) {
        int most = Math.min(payload.length, PAYLOAD_SHOWN * BYTES_A_CHARACTER);
        return Unseen.shown(new String(payload, 0, most, StandardCharsets.UTF_8), PAYLOAD_SHOWN);
    }

    private boolean isDeparted(Message message) {
        String[] levels = message.topic().split("/", 3);
        return levels.length == 3 && departed.has(levels[1], message.stamp().orElse(0L));
    }
}
