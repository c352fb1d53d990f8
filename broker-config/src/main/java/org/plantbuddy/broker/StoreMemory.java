package org.plantbuddy.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds what the broker's store of payloads takes beside the heap: by itself a part of the machine's memory, however large. */
final class StoreMemory {

    private static final long WRITES_BYTES = 128L << 20;
    private static final long READS_BYTES = 32L << 20;

    private StoreMemory() {}

    /** To be called before HiveMQ starts. */
    static void bound() {
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
