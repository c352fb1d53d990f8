package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.DeniedRequests;
import org.plantbuddy.broker.Verdict.Denied;
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.SeriesName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Denials for those whose boards and clients they are of: summed up here, and written into the accounts database every second
 * by a thread of its own, where bridges and the page find them. While the database is away nobody waits, and of what is summed up
 * nothing is lost, up to a bound. Thread-safe.
 */
final class DenialBook implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DenialBook.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration FORGETTING_EVERY = Duration.ofHours(1);
    private static final long CLOSED_WITHIN_S = 5;
    private static final int MOST = 10_000;

    /** Who guesses names must not take the place of boards. */
    private static final int MOST_WITH_NAMES = 1_000;

    private static final int REASON = 500;
    private static final int TOPIC = 250;
    private static final int PAYLOAD_BYTES = 100;

    private final Consumer<Collection<DeniedRequest>> database;
    private final ScheduledExecutorService writing = Vital.timer("plantbuddy-denials", 1);
    private Map<Key, DeniedRequest> open = new HashMap<>();
    private boolean written = true;

    private record Key(String user, String device, Denial denial) {}

    DenialBook(Consumer<Collection<DeniedRequest>> database) {
        this.database = database;
    }

    static DenialBook start(DeniedRequests database) {
        DenialBook book = new DenialBook(database::add);
        book.every(EVERY, book::write);
        book.every(FORGETTING_EVERY, database::forgetOld);
        return book;
    }

    private void every(Duration pause, Runnable work) {
        var unused = writing.scheduleWithFixedDelay(
                Vital.again("denials", work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Notes a denial for its owner, if there is one.
     *
     * @param message what was denied, where it was a message
     */
    void note(Denied denied, Optional<Principal> client, Optional<PublishPacket> message, Instant at) {
        if (denied.denial().told() != Denial.Told.NOBODY) {
            client.flatMap(principal -> owner(principal, denied.denial(), message))
                    .ifPresent(key -> add(key, denied(key, denied.reason(), message, at)));
        }
    }

    /** Web publishes for boards that speak HTTP. */
    private static Optional<Key> owner(Principal client, Denial denial, Optional<PublishPacket> message) {
        if (client instanceof Principal.Board board) {
            return Optional.of(new Key(board.user(), board.device(), denial));
        }
        if (client instanceof Principal.Person person) {
            return Optional.of(new Key(person.user(), "", denial));
        }
        return message.filter(of -> client == Principal.Service.WEB)
                .flatMap(of -> SeriesName.ofTopic(of.getTopic()))
                .map(series -> new Key(series.user(), series.device(), denial));
    }

    private static DeniedRequest denied(Key key, String reason, Optional<PublishPacket> message, Instant at) {
        return new DeniedRequest(
                key.user(),
                key.device(),
                key.denial().label(),
                Denials.printable(reason, REASON),
                message.map(of -> Denials.printable(of.getTopic(), TOPIC)).orElse(""),
                message.flatMap(PublishPacket::getPayload)
                        .map(DenialBook::beginning)
                        .orElse(""),
                1,
                key.denial().told() == Denial.Told.SHOWN ? 0 : 1,
                at,
                at);
    }

    private static String beginning(ByteBuffer payload) {
        ByteBuffer first = payload.duplicate();
        first.limit(Math.min(first.limit(), first.position() + PAYLOAD_BYTES));
        return StandardCharsets.UTF_8.decode(first).toString();
    }

    private synchronized void add(Key key, DeniedRequest denied) {
        boolean ofName = key.denial().told() == Denial.Told.OF_NAME;
        if (open.containsKey(key) || open.size() < (ofName ? MOST_WITH_NAMES : MOST)) {
            open.merge(key, denied, DeniedRequest::and);
        }
    }

    private synchronized Map<Key, DeniedRequest> turnPage() {
        Map<Key, DeniedRequest> full = open;
        open = new HashMap<>();
        return full;
    }

    void write() {
        Map<Key, DeniedRequest> full = turnPage();
        try {
            database.accept(full.values());
            written = true;
        } catch (RuntimeException e) {
            keep(full);
            if (written) {
                log.warn("denials=not-written, owners are told later; cause={}", SignIn.rootMessage(e));
            }
            written = false;
        }
    }

    private synchronized void keep(Map<Key, DeniedRequest> full) {
        Map<Key, DeniedRequest> since = open;
        open = full;
        since.forEach(this::add);
    }

    /** Writes the rest. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            if (!writing.awaitTermination(CLOSED_WITHIN_S, TimeUnit.SECONDS)) {
                writing.shutdownNow();
                return; // the database hangs
            }
            write();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
