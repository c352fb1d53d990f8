package org.plantbuddy.influxd;

import java.util.List;
import java.util.Map;

/**
 * What keeps an influxd within some memory: Go collects harder near {@code GOMEMLIMIT}, queries have a pool, and a write
 * that finds the cache full is refused, to be tried again. By itself its cache alone may take 1 GiB and a query all there is.
 */
record InfluxdMemory(List<String> flags, Map<String, String> environment) {

    static final InfluxdMemory UNBOUNDED = new InfluxdMemory(List.of(), Map.of());

    private static final int QUERIES_AT_ONCE = 16;
    private static final int QUERIES_THAT_WAIT = 1_024;

    static InfluxdMemory of(long bytes) {
        return new InfluxdMemory(
                List.of(
                        "--storage-cache-max-memory-size=" + bytes / 4,
                        "--query-concurrency=" + QUERIES_AT_ONCE,
                        "--query-queue-size=" + QUERIES_THAT_WAIT,
                        "--query-initial-memory-bytes=" + bytes / 4 / QUERIES_AT_ONCE,
                        "--query-memory-bytes=" + bytes / 4,
                        "--query-max-memory-bytes=" + bytes / 2),
                Map.of("GOMEMLIMIT", Long.toString(bytes)));
    }
}
