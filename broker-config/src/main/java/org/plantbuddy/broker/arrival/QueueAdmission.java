package org.plantbuddy.broker.arrival;

import java.time.Duration;
import java.util.Optional;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.process.DiskRoom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Readings find room where a bridge has subscribed, its queue is not nearly full, and neither is the disk. */
public final class QueueAdmission implements PublishInterceptor.Room {

    public static final Duration EVERY = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(QueueAdmission.class);

    private static final Optional<Denied> NO_BRIDGE =
            Optional.of(new Denied(Denial.NO_BRIDGE, "no bridge takes readings now; keep this one and send it again"));
    private static final Optional<Denied> QUEUE_FULL = Optional.of(new Denied(
            Denial.QUEUE_FULL, "the queue of readings for the bridge is full; keep this one and send it again later"));

    private static final Optional<Denied> DISK_FULL = Optional.of(
            new Denied(Denial.DISK_FULL, "the broker's disk is nearly full; keep this one and send it again later"));

    private final BridgePresence presence;
    private final Optional<QueueEstimate> queue;
    private final DiskRoom disk;
    private volatile boolean diskFull;

    /** The queue is empty, and taken for endless, where the broker does not tell its size. */
    public QueueAdmission(BridgePresence presence, Optional<QueueEstimate> queue, DiskRoom disk) {
        this.presence = presence;
        this.queue = queue;
        this.disk = disk;
    }

    /** To be called by one thread, again and again: a message costs no look at the disk. */
    public void look() {
        Optional<String> tooLittle = disk.tooLittle();
        if (tooLittle.isPresent() != diskFull) {
            diskFull = tooLittle.isPresent();
            LOG.warn("event=disk state=\"{}\"", tooLittle.orElse("has room again, readings are taken"));
        }
    }

    @Override
    public Optional<Denied> refusal() {
        if (!presence.isPresent()) {
            return NO_BRIDGE;
        }
        if (diskFull) {
            return DISK_FULL;
        }
        return queue.map(QueueEstimate::takes).orElse(true) ? Optional.empty() : QUEUE_FULL;
    }

    @Override
    public void taken() {
        queue.ifPresent(QueueEstimate::count);
    }
}
