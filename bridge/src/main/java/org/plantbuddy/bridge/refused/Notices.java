package org.plantbuddy.bridge.refused;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners what was refused, on {@code plantbuddy/<user>/rejected} with QoS 1. Nobody waits for it: what is under way is
 * bounded, for each user and for all; what is beyond that is counted, and its owner finds it on the page. Thread-safe.
 */
final class Notices {

    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final JsonMapper JSON = new JsonMapper();

    /** A board that sends nothing but rubbish must not take the others' turns with notices. */
    private static final int OF_ONE_USER = 100;

    private static final int OF_ALL = 1_000;

    private final Publisher publisher;
    private final Counter notTold;
    private final Map<String, Integer> underWay = new HashMap<>();
    private int all;

    Notices(Publisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.notTold = Counter.builder("plantbuddy.refusals.not.told")
                .description("Refused readings kept in the database whose notice the broker did not take")
                .register(meters);
    }

    /** Each, as far as there is room; the last one tells of the others. */
    void tell(String user, List<Refusal> refusals, Instant now) {
        int room = take(user, refusals.size());
        if (room == 0) {
            notTold.increment(Refusal.readings(refusals));
            return;
        }
        boolean allFit = room == refusals.size();
        int each = allFit ? room : room - 1;
        refusals.subList(0, each)
                .forEach(refusal -> publish(user, refusal, Refusal.readings(List.of(refusal)), refusal.text(), now));
        if (!allFit) {
            List<Refusal> rest = refusals.subList(each, refusals.size());
            Refusal last = rest.get(rest.size() - 1);
            int readings = Refusal.readings(rest);
            publish(
                    user,
                    last,
                    readings,
                    last.text() + "; with it " + (readings - 1)
                            + " more were refused at once: the page shows the newest",
                    now);
        }
    }

    private synchronized int take(String user, int wanted) {
        int ofUser = underWay.getOrDefault(user, 0);
        int room = Math.min(wanted, Math.min(OF_ONE_USER - ofUser, OF_ALL - all));
        if (room > 0) {
            underWay.put(user, ofUser + room);
            all += room;
        }
        return Math.max(0, room);
    }

    private synchronized void giveBack(String user) {
        underWay.computeIfPresent(user, (name, number) -> number > 1 ? number - 1 : null);
        all--;
    }

    private void publish(String user, Refusal refusal, int readings, String text, Instant now) {
        var unused = publisher
                .publish(Topics.rejected(user), notice(refusal, text, now), false, Map.of())
                .thenAccept(outcome -> {
                    giveBack(user);
                    if (!outcome.isAcknowledged()) {
                        notTold.increment(readings);
                        LOG.debug("event=refusal_not_told reason=\"{}\"", outcome);
                    }
                });
    }

    private static byte[] notice(Refusal refusal, String text, Instant now) {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode()
                    .put("topic", refusal.topic())
                    .put("payload", refusal.payload())
                    .put("reason", text)
                    .put("time", now.toString()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can always be written as JSON", e);
        }
    }
}
