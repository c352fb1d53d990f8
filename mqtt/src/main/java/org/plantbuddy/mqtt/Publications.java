package org.plantbuddy.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What is published on one connection: never more unacknowledged at once than the broker takes. Thread-safe.
 */
final class Publications {

    private static final Outcome LOST =
            new Outcome.Unknown("the connection to the broker was lost before it acknowledged");

    /** Hands one message to the client; completes the future with what becomes of it. */
    private record Publication(CompletableFuture<Outcome> outcome, Consumer<CompletableFuture<Outcome>> send) {}

    private final int atOnce;
    private final Queue<Publication> waiting = new ArrayDeque<>();
    private final Set<Publication> underWay = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean ended;
    private boolean pumping;

    Publications(int atOnce) {
        this.atOnce = atOnce;
    }

    CompletableFuture<Outcome> add(Consumer<CompletableFuture<Outcome>> send) {
        Publication publication = new Publication(new CompletableFuture<>(), send);
        synchronized (this) {
            if (ended) {
                return CompletableFuture.completedFuture(LOST);
            }
            waiting.add(publication);
        }
        pump();
        return publication.outcome();
    }

    /** One thread at a time: one that completes at once must not go a level deeper for each message. */
    private void pump() {
        synchronized (this) {
            if (pumping) {
                return;
            }
            pumping = true;
        }
        while (true) {
            Publication next;
            synchronized (this) {
                if (ended || underWay.size() >= atOnce || waiting.isEmpty()) {
                    pumping = false;
                    return;
                }
                next = waiting.remove();
                underWay.add(next);
            }
            var unused = next.outcome().whenComplete((done, failure) -> finished(next));
            next.send().accept(next.outcome());
        }
    }

    private void finished(Publication publication) {
        synchronized (this) {
            underWay.remove(publication);
        }
        pump();
    }

    /** The connection is gone: of what is not acknowledged nobody knows whether the broker has it. */
    void end() {
        List<Publication> open;
        synchronized (this) {
            ended = true;
            open = new ArrayList<>(underWay);
            open.addAll(waiting);
            waiting.clear();
        }
        open.forEach(publication -> publication.outcome().complete(LOST));
    }
}
