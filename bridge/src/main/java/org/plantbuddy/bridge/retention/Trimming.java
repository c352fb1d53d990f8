package org.plantbuddy.bridge.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.accounts.Limits;
import org.plantbuddy.accounts.Limits.Trim;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.Names;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes, once an hour, the raw readings of users for whom less is kept than the bucket keeps. Bridges share the users; each
 * takes a few at a time, one after the other. A user without such a limit costs nothing.
 */
public final class Trimming implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Trimming.class);

    /** So long a reading may stay over its time. */
    private static final Duration EVERY = Duration.ofHours(1);

    private static final Duration LOOKED_EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;

    /** A delete rewrites whole files. */
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(5);

    private final Limits limits;
    private final Influx influx;
    private final Counter trims;
    private final ScheduledExecutorService thread = Vital.timer("trimming", 1);

    private Trimming(Limits limits, InfluxAddress address, MeterRegistry meters) {
        this.limits = limits;
        this.influx = new Influx(address, DELETED_WITHIN);
        this.trims = Counter.builder("plantbuddy.trims")
                .description("Times that readings of a user with a limit of their time were deleted")
                .register(meters);
    }

    /**
     * Starts.
     *
     * @param address with a token that may write bucket {@code plantbuddy}
     */
    public static Trimming start(Limits limits, InfluxAddress address, MeterRegistry meters) {
        Trimming trimming = new Trimming(limits, address, meters);
        var unused = trimming.thread.scheduleWithFixedDelay(
                Vital.again("trimming", trimming::look), 0, LOOKED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return trimming;
    }

    private void look() {
        for (Trim trim : limits.takeTrims(EVERY, AT_ONCE)) {
            try {
                String user = Names.requireUser(trim.user());
                influx.delete(Bucket.READINGS, Influx.EARLIEST, trim.until(), "\"user\"=\"" + user + "\"");
                trims.increment();
            } catch (RuntimeException e) { // one user's must not keep others' from being deleted
                String why = e instanceof InfluxUnavailableException ? String.valueOf(e.getMessage()) : e.toString();
                LOG.warn("event=readings_not_trimmed user={} reason=\"{}\"", trim.user(), why);
                giveBack(trim);
            }
        }
    }

    private void giveBack(Trim trim) {
        try {
            limits.giveBack(trim);
        } catch (RuntimeException e) {
            String why = AccountsUnavailableException.rootMessage(e);
            LOG.warn("event=trim_not_given_back user={} reason=\"{}\"", trim.user(), why);
        }
    }

    @Override
    public void close() {
        Vital.end(thread);
        influx.close();
    }
}
