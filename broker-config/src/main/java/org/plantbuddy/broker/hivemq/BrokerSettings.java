package org.plantbuddy.broker.hivemq;

import com.hivemq.configuration.service.InternalConfigurations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What HiveMQ CE can be told only inside, by a program that starts it. */
public final class BrokerSettings {

    private static final long WRITES_BYTES = 128L << 20;
    private static final long READS_BYTES = 32L << 20;

    /** Parts of a store: by itself 64, each with some MB of disk that it has not used yet, and opened one after the other. */
    private static final int PARTS = 16;

    /** A part's folder, such as {@code client_queue_0}, in {@code persistence/client_queue/040500}. */
    private static final Pattern PART = Pattern.compile(".*_(\\d{1,4})");

    private static final int DEPTH = 3;

    private BrokerSettings() {}

    /**
     * Tells it, between building HiveMQ and starting it.
     *
     * @param window messages that HiveMQ delivers and fetches from its queues at a time; by itself 50
     * @param data HiveMQ's folder for what it keeps
     * @throws IOException when it cannot be read
     */
    public static void set(int window, Path data) throws IOException {
        // Building it has just opened the broker to clients that no extension has authenticated.
        InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(true);
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = window;
        InternalConfigurations.PUBLISH_POLL_BATCH_SIZE = window;
        int parts = parts(data);
        InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(parts);
        InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(parts);
        boundPayloadStore();
    }

    /** As many as there are: in which part something lies depends on their number. */
    static int parts(Path data) throws IOException {
        Path stores = data.resolve("persistence");
        if (!Files.isDirectory(stores)) {
            return PARTS;
        }
        try (Stream<Path> folders = Files.walk(stores, DEPTH)) {
            return folders.map(folder -> PART.matcher(stores.relativize(folder).toString()))
                    .filter(Matcher::matches)
                    .mapToInt(part -> Integer.parseInt(part.group(1)) + 1)
                    .max()
                    .orElse(PARTS);
        }
    }

    /** What the store of payloads takes beside the heap: by itself a part of the machine's memory, however large. */
    private static void boundPayloadStore() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine) {
            long memory = machine.getTotalMemorySize();
            atLeast(InternalConfigurations.PAYLOAD_PERSISTENCE_MEMTABLE_SIZE_PORTION, memory / WRITES_BYTES);
            atLeast(InternalConfigurations.PAYLOAD_PERSISTENCE_BLOCK_CACHE_SIZE_PORTION, memory / READS_BYTES);
        }
    }

    private static void atLeast(AtomicInteger portion, long least) {
        portion.accumulateAndGet((int) least, Math::max);
    }
}
