package org.plantbuddy.bridge.refused;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.accounts.RefusedReadings;
import org.plantbuddy.bridge.alert.AlertPublisher;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps refused readings in the database, and tells them on {@code plantbuddy/<user>/rejected} with QoS 1.
 *
 * <p>The database is the record; a notice that the broker does not take is counted, and the owner still finds the
 * reading on the page. Thread-safe.
 */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final long NOTICE_TIMEOUT_S = 10;

    /** Notices to one user about what came at the same time. */
    private static final int TOLD_AT_ONCE = 100;

    private final RefusedReadings kept;
    private final AlertPublisher publisher;
    private final Clock clock;
    private final Map<Reason, Counter> counts = new EnumMap<>(Reason.class);
    private final Counter notTold;

    public Refusals(RefusedReadings kept, AlertPublisher publisher, MeterRegistry meters, Clock clock) {
        this.kept = kept;
        this.publisher = publisher;
        this.clock = clock;
        for (Reason reason : Reason.values()) {
            counts.put(
                    reason,
                    Counter.builder("plantbuddy.readings.refused")
                            .description("Readings that were not stored")
                            .tag("reason", reason.label())
                            .register(meters));
        }
        this.notTold = Counter.builder("plantbuddy.refusals.not.told")
                .description("Refused readings kept in the database whose notice the broker did not take")
                .register(meters);
    }

    /**
     * Returns when all are in the database, and the broker has acknowledged the notices or failed to.
     *
     * @throws RuntimeException what the database throws when it cannot keep them: then they are to be tried again
     */
    public void add(List<Refusal> refusals) throws InterruptedException {
        if (refusals.isEmpty()) {
            return;
        }
        Map<String, List<Refusal>> byUser = new LinkedHashMap<>();
        refusals.forEach(refusal -> byUser.computeIfAbsent(refusal.user(), user -> new ArrayList<>())
                .add(refusal));
        Instant now = clock.instant();
        List<CompletableFuture<Void>> notices = new ArrayList<>();
        for (List<Refusal> ofUser : byUser.values()) {
            keep(ofUser, now);
        }
        for (List<Refusal> ofUser : byUser.values()) {
            tell(ofUser, now, notices);
        }
        await(notices);
    }

    /** The newest of a user, as many as are kept: the others would be forgotten at once, and are only counted. */
    private void keep(List<Refusal> ofUser, Instant now) {
        int over = Math.max(0, ofUser.size() - RefusedReadings.KEPT_PER_USER);
        Map<String, Refusal> byId = new LinkedHashMap<>();
        ofUser.subList(over, ofUser.size()).forEach(refusal -> byId.put(id(refusal), refusal));
        List<RefusedReading> newest = new ArrayList<>();
        byId.forEach((id, refusal) -> newest.add(
                new RefusedReading(id, refusal.user(), refusal.topic(), refusal.payload(), refusal.text(), now)));
        for (RefusedReading added : kept.add(newest)) {
            Refusal refusal = byId.get(added.id());
            if (refusal != null) {
                counter(refusal.reason()).increment();
            }
        }
        ofUser.subList(0, over).forEach(refusal -> counter(refusal.reason()).increment());
    }

    /** Each, up to a bound: a board that sends nothing but rubbish must not take the others' time with notices. */
    private void tell(List<Refusal> ofUser, Instant now, List<CompletableFuture<Void>> notices) {
        String topic = Topics.rejected(ofUser.get(0).user());
        int each = ofUser.size() > TOLD_AT_ONCE ? TOLD_AT_ONCE - 1 : ofUser.size();
        for (Refusal refusal : ofUser.subList(0, each)) {
            notices.add(publisher.publish(topic, notice(refusal, refusal.text(), now), false, Map.of()));
        }
        if (each < ofUser.size()) {
            Refusal last = ofUser.get(ofUser.size() - 1);
            String text = last.text() + "; with it " + (ofUser.size() - each - 1)
                    + " more were refused at once: the page shows the newest";
            notices.add(publisher.publish(topic, notice(last, text, now), false, Map.of()));
        }
    }

    private Counter counter(Reason reason) {
        Counter counter = counts.get(reason);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        return counter;
    }

    private void await(List<CompletableFuture<Void>> notices) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(NOTICE_TIMEOUT_S);
        for (CompletableFuture<Void> notice : notices) {
            try {
                notice.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                notTold.increment();
                LOG.debug("event=refusal_not_told reason=\"{}\"", e.toString());
            }
        }
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

    private static String id(Refusal refusal) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(refusal.topic(), refusal.payload(), refusal.text(), refusal.stamp())) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
