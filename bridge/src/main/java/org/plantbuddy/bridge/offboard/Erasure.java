package org.plantbuddy.bridge.offboard;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.Run;
import com.influxdb.client.domain.Task;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import okhttp3.OkHttpClient;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.topic.Names;

/**
 * Deletes all points of a user in InfluxDB: readings, windows, settings, statuses and notifications.
 *
 * <p>A task that read them before they were deleted writes something of them afterwards. So the runs that are under way are
 * waited for, and then everything is deleted again.
 */
final class Erasure implements AutoCloseable {

    private static final List<String> BUCKETS = List.of("plantbuddy", "downsampled", "settings", "_monitoring");

    /** All that InfluxDB can hold. */
    private static final OffsetDateTime EARLIEST = OffsetDateTime.parse("1677-09-22T00:00:00Z");

    private static final OffsetDateTime LATEST = OffsetDateTime.parse("2262-04-11T00:00:00Z");

    /** A delete rewrites whole files. */
    private static final Duration DELETED_WITHIN = Duration.ofMinutes(5);

    /** Longer than any step between two askings whether it may go on. */
    static final Duration STEP = DELETED_WITHIN.multipliedBy(2);

    private static final Duration RUNS_END_WITHIN = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_MS = 250;
    private static final int RUNS_SHOWN = 20;

    private final InfluxAddress address;
    private final InfluxDBClient client;

    /**
     * @param address with a token that writes the four buckets and reads tasks
     */
    Erasure(InfluxAddress address) {
        this.address = address;
        this.client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(address.url())
                .org(address.org())
                .authenticateToken(address.token().text().toCharArray())
                .okHttpClient(new OkHttpClient.Builder()
                        .connectTimeout(Duration.ofSeconds(5))
                        .readTimeout(DELETED_WITHIN)
                        .followRedirects(false))
                .build());
    }

    /**
     * Returns when InfluxDB has nothing of the user.
     *
     * @param goOn asked before each step
     * @return whether it was done; false when it was not to go on
     * @throws com.influxdb.exceptions.InfluxException when it may still have something; it is to be tried again
     */
    boolean erase(String user, BooleanSupplier goOn) throws InterruptedException {
        String predicate = "\"user\"=\"" + Names.requireUser(user) + "\"";
        if (!delete(predicate, goOn)) {
            return false;
        }
        awaitEnd(running());
        return delete(predicate, goOn);
    }

    private boolean delete(String predicate, BooleanSupplier goOn) {
        for (String bucket : BUCKETS) {
            if (!goOn.getAsBoolean()) {
                return false;
            }
            client.getDeleteApi().delete(EARLIEST, LATEST, predicate, bucket, address.org());
        }
        return true;
    }

    private void awaitEnd(Set<String> runs) throws InterruptedException {
        long end = System.nanoTime() + RUNS_END_WITHIN.toNanos();
        while (!runs.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            runs.retainAll(running());
        }
    }

    /** Ids of the runs that are under way. */
    private Set<String> running() {
        Set<String> running = new HashSet<>();
        for (Task task : client.getTasksApi().findTasks()) {
            if (task.getName().startsWith(FluxScript.TASK_PREFIX)) {
                for (Run run : client.getTasksApi().getRuns(task.getId(), null, null, RUNS_SHOWN)) {
                    if (run.getFinishedAt() == null) {
                        running.add(run.getId());
                    }
                }
            }
        }
        return running;
    }

    @Override
    public void close() {
        client.close();
    }
}
