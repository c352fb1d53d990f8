package org.plantbuddy.broker;

import java.util.Optional;
import org.plantbuddy.broker.Verdict.Denied;

/** Readings find room where a bridge has subscribed and its queue is not nearly full. */
final class BridgeRoom implements Arrival.Room {

    private static final Optional<Denied> NO_BRIDGE =
            Optional.of(new Denied(Denial.NO_BRIDGE, "no bridge takes readings now; keep this one and send it again"));
    private static final Optional<Denied> QUEUE_FULL = Optional.of(new Denied(
            Denial.QUEUE_FULL, "the queue of readings for the bridge is full; keep this one and send it again later"));

    private final BridgePresence presence;
    private final Optional<BridgeQueue> queue;

    /** The queue is empty, and taken for endless, where the broker does not tell its size. */
    BridgeRoom(BridgePresence presence, Optional<BridgeQueue> queue) {
        this.presence = presence;
        this.queue = queue;
    }

    @Override
    public Optional<Denied> refusal() {
        if (!presence.isPresent()) {
            return NO_BRIDGE;
        }
        return queue.map(BridgeQueue::takes).orElse(true) ? Optional.empty() : QUEUE_FULL;
    }

    @Override
    public void taken() {
        queue.ifPresent(BridgeQueue::count);
    }
}
