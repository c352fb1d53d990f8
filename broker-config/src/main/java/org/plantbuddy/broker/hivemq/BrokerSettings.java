package org.plantbuddy.broker.hivemq;

import com.hivemq.configuration.service.InternalConfigurations;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** What HiveMQ CE can be told only inside, by a program that starts it. */
public final class BrokerSettings {

    private static final long WRITES_BYTES = 128L << 20;
    private static final long READS_BYTES = 32L << 20;

    private BrokerSettings() {}

    /**
     * Tells it, between building HiveMQ and starting it.
     *
     * @param window messages that HiveMQ delivers and fetches from its queues at a time; by itself 50
     */
    public static void set(int window) {
        // Building it has just opened the broker to clients that no extension has authenticated.
        InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(true);
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = window;
        InternalConfigurations.PUBLISH_POLL_BATCH_SIZE = window;
        boundPayloadStore();
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
