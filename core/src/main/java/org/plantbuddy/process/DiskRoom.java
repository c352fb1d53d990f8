package org.plantbuddy.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/**
 * Whether the disk under a folder has room. Nothing starts with less than {@code PLANTBUDDY_DISK_FREE}; nothing more is taken
 * with less than a fifth of it, so that what was taken can still be kept and worked off.
 */
public final class DiskRoom {

    private static final int RUNS_WITH = 5;

    /** Twice what one of the broker's stores takes at once. */
    private static final long FULL = 8L << 20;

    private final Path folder;
    private final long toStart;
    private final ToLongFunction<File> free;

    private DiskRoom(Path folder, long toStart, ToLongFunction<File> free) {
        this.folder = folder.toAbsolutePath();
        this.toStart = toStart;
        this.free = free;
    }

    /** Of the disk under a folder that need not be there yet. */
    public static DiskRoom of(Path folder, Config config) {
        return of(folder, config, File::getUsableSpace);
    }

    static DiskRoom of(Path folder, Config config, ToLongFunction<File> free) {
        return new DiskRoom(folder, config.number(Key.DISK_FREE), free);
    }

    /** Why nothing should start on it; empty where it has room. */
    public Optional<String> tooLittleToStart() {
        return below(toStart, "to start");
    }

    /** Why nothing more should be taken; empty where it has room. */
    public Optional<String> tooLittle() {
        return below(toStart / RUNS_WITH, "to take readings");
    }

    /** Whether next to nothing can be written any more. */
    public boolean isFull() {
        return below(FULL, "").isPresent();
    }

    /**
     * Shows what is free, and how much it takes to start.
     *
     * @param part whose folder it is
     */
    public void measure(String part, MeterRegistry meters) {
        Gauge.builder("plantbuddy.disk.free.bytes", this, disk -> disk.free.applyAsLong(disk.existing()))
                .strongReference(true)
                .description("Bytes free on the disk of its folder")
                .tag("service", part)
                .register(meters);
        Gauge.builder("plantbuddy.disk.start.bytes", this, disk -> disk.toStart)
                .description("Bytes that must be free to start; with less than a fifth of it readings are refused")
                .tag("service", part)
                .strongReference(true)
                .register(meters);
    }

    private Optional<String> below(long least, String what) {
        File disk = existing();
        long has = free.applyAsLong(disk);
        return has < least && disk.getTotalSpace() > 0 // else it is not known
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "the disk of %s has %,d MB free, and it takes %,d MB %s: make room, or set %s to less",
                        folder,
                        has / 1_000_000,
                        least / 1_000_000,
                        what,
                        Key.DISK_FREE.variable()))
                : Optional.empty();
    }

    private File existing() {
        File file = folder.toFile();
        while (!file.exists() && file.getParentFile() != null) {
            file = file.getParentFile();
        }
        return file;
    }
}
