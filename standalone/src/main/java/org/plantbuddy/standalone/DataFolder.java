package org.plantbuddy.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The data folder, held by one running system at a time. The lock goes with the process, however it ends. */
final class DataFolder implements AutoCloseable {

    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the folder where it is missing, its owner's alone, and takes it.
     *
     * @throws UsageException when another system runs on it or it cannot be written
     */
    static DataFolder claim(Path data) {
        try {
            Files.createDirectories(
                    data.toAbsolutePath(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel =
                    FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = lock(channel);
            if (lock == null) {
                channel.close();
                throw new UsageException("another Plant Buddy runs with its data in " + data.toAbsolutePath()
                        + ": stop it, or set PLANTBUDDY_DATA to another folder");
            }
            return new DataFolder(channel);
        } catch (IOException e) {
            throw new UsageException("the data folder " + data.toAbsolutePath() + " cannot be used: " + e
                    + "; set PLANTBUDDY_DATA to a folder you can write");
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // it runs in this process
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
