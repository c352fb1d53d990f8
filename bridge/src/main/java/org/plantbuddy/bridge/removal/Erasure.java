package org.plantbuddy.bridge.removal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.topic.Names;

/**
 * Deletes all points of a user in InfluxDB: readings, windows, settings, statuses and notifications.
 *
 * <p>A task that read them before they were deleted writes something of them afterwards. So the runs that are under way are
 * waited for, and then everything is deleted again.
 */
final class Erasure implements AutoCloseable {

    private static final List<Bucket> BUCKETS =
            List.of(Bucket.READINGS, Bucket.DOWNSAMPLED, Bucket.SETTINGS, Bucket.MONITORING);

    /** A delete rewrites whole files. */
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(5);

    /** Longer than any step between two askings whether it may go on. */
    static final Duration STEP = DELETED_WITHIN.multipliedBy(2);

    private static final Duration RUNS_END_WITHIN = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_MS = 250;

    private final Influx influx;

    /**
     * @param address with a token that writes the four buckets and reads tasks
     */
    Erasure(InfluxAddress address) {
        this.influx = new Influx(address, DELETED_WITHIN);
    }

    /**
     * Returns when InfluxDB has nothing of the user.
     *
     * @param goOn asked before each step
     * @return whether it was done; false when it was not to go on
     * @throws org.plantbuddy.influx.InfluxUnavailableException when it may still have something; it is to be tried again
     */
    boolean erase(String user, BooleanSupplier goOn) throws InterruptedException {
        String predicate = "\"user\"=\"" + Names.requireUser(user) + "\"";
        if (!delete(predicate, goOn)) {
            return false;
        }
        awaitEnd(influx.running(FluxScript.TASK_PREFIX));
        return delete(predicate, goOn);
    }

    private boolean delete(String predicate, BooleanSupplier goOn) {
        for (Bucket bucket : BUCKETS) {
            if (!goOn.getAsBoolean()) {
                return false;
            }
            influx.delete(bucket, Influx.EARLIEST, Influx.LATEST, predicate);
        }
        return true;
    }

    private void awaitEnd(Set<String> runs) throws InterruptedException {
        long end = System.nanoTime() + RUNS_END_WITHIN.toNanos();
        while (!runs.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            runs.retainAll(influx.running(FluxScript.TASK_PREFIX));
        }
    }

    @Override
    public void close() {
        influx.close();
    }
}
