package org.plantbuddy.bridge.watch;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.plantbuddy.accounts.Removals;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the accounts database, at once and then every 10 s, that readings get through this bridge, for as long as they do.
 * The page asks for that before it says that plants are fine: a bridge that is cut off from the broker lives, too.
 */
public final class AtWork implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AtWork.class);
    private static final Duration LOOKED_EVERY = Duration.ofSeconds(1);
    private static final Duration SAID_EVERY = Duration.ofSeconds(10);
    private final Removals bridges;
    private final String bridge;
    private final BooleanSupplier gettingThrough;
    private final ScheduledExecutorService thread = Vital.timer("at-work", 1);
    private boolean said;
    private long saidAtNs;

    private AtWork(Removals bridges, String bridge, BooleanSupplier gettingThrough) {
        this.bridges = bridges;
        this.bridge = bridge;
        this.gettingThrough = gettingThrough;
    }

    /** Starts for a bridge that is noted as alive already. */
    public static AtWork start(Removals bridges, String bridge, BooleanSupplier gettingThrough) {
        AtWork atWork = new AtWork(bridges, bridge, gettingThrough);
        var unused =
                atWork.thread.scheduleWithFixedDelay(atWork::look, 0, LOOKED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return atWork;
    }

    private void look() {
        try {
            boolean now = gettingThrough.getAsBoolean();
            if (now && (!said || System.nanoTime() - saidAtNs > SAID_EVERY.toNanos())) {
                bridges.works(bridge);
                saidAtNs = System.nanoTime();
            }
            said = now;
        } catch (RuntimeException e) {
            LOG.debug("event=work_not_noted reason=\"{}\"", e.toString()); // of the database others tell
        }
    }

    @Override
    public void close() {
        Vital.end(thread);
    }
}
