package org.plantbuddy.influxd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory one InfluxDB keeps its data in, claimed by one Plant Buddy at a time. The claim ends with this process,
 * even when it is killed; the InfluxDB it started may live on, and is found again by the id it was remembered with.
 */
final class DataDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static DataDirectory claim(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory.toAbsolutePath(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path path = directory.toRealPath(); // one name, however the next run calls it
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            throw new IOException(
                    path + " is in use by another Plant Buddy; stop that one or use another data directory");
        }
        return new DataDirectory(path, channel);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    /** Where the id of the InfluxDB on this directory is kept. */
    Path pidFile() {
        return path.resolve("influxd.pid");
    }

    /** The flag by which a process is known to be this directory's InfluxDB. */
    String mark() {
        return "--bolt-path=" + path.resolve("influxd.bolt");
    }

    /** Stops the InfluxDB that a killed Plant Buddy left running on this directory: it holds the data open. */
    void stopLeftBehind(Duration timeout) throws IOException {
        Optional<ProcessHandle> leftBehind = remembered();
        if (leftBehind.isEmpty()) {
            return;
        }
        ProcessHandle influxd = leftBehind.get();
        log.warn("stopping the influxd an earlier run left behind pid={} data={}", influxd.pid(), path);
        influxd.destroy();
        try {
            influxd.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            influxd.destroyForcibly();
            influxd.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an earlier influxd was stopping");
        }
    }

    /** Process ids are used again, so it counts only if it was started with this directory's flag. */
    private Optional<ProcessHandle> remembered() throws IOException {
        if (!Files.exists(pidFile())) {
            return Optional.empty();
        }
        String written = Files.readString(pidFile()).strip();
        if (!written.matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(written))
                .filter(handle -> handle.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains(mark()))
                        .orElse(false));
    }

    /** Ends the claim. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.warn("could not close the lock of {}: {}", path, e.getMessage());
        }
    }
}
