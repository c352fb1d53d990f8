package org.plantbuddy.bridge.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second bridge from the same journal: both would write, and remove, the other's readings. It ends with the
 * process, however that ends.
 */
final class JournalLock implements AutoCloseable {

    private static final String NAME = "lock";

    /**
     * What this process has. The system takes a lock for given up when the process closes the file anywhere: so nothing here
     * may open one of these a second time, be it to try it or to change its time.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private JournalLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Makes the folder where there is none, readable by this user only. Empty when a bridge has it.
     *
     * @throws JournalUnavailableException when it cannot be used
     */
    static Optional<JournalLock> claim(Path folder) {
        Path known = folder.toAbsolutePath().normalize();
        if (!HELD.add(known)) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(
                    known, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel =
                    FileChannel.open(known.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                HELD.remove(known);
                return Optional.empty();
            }
            return Optional.of(new JournalLock(known, channel));
        } catch (IOException e) {
            HELD.remove(known);
            throw new JournalUnavailableException("journal " + folder + " cannot be opened: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
        HELD.remove(folder);
    }
}
