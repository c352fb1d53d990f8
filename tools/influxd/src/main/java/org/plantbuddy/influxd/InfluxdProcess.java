package org.plantbuddy.influxd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real InfluxDB server as a child process on 127.0.0.1, with its data and its log ({@code influxd.log}) in one
 * directory.
 *
 * <p>It runs in a session of its own where the system can do that, so that Ctrl-C in a terminal reaches only the
 * process that started it, which then stops the database last. Where the system can do that it ends with that process;
 * else one that was left behind because its parent was killed is stopped before a new one starts on the same directory.
 */
public final class InfluxdProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InfluxdProcess.class);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final long LOG_KEPT_BYTES = 10_000_000;
    private static final int PORTS_TRIED = 5;

    private final Process process;
    private final URI url;
    private final DataDirectory data;

    private InfluxdProcess(Process process, URI url, DataDirectory data) {
        this.process = process;
        this.url = url;
        this.data = data;
    }

    /**
     * Starts influxd and returns once it answers, which includes having opened its data.
     *
     * @param dataDir is made if it does not exist, readable by this user only
     * @param port 0 takes a free one
     * @param moreFlags are passed to influxd as they are, e.g. {@code --no-tasks}
     * @throws IOException with the end of influxd's log when it does not come up; then nothing is left running
     */
    public static InfluxdProcess start(Path binary, Path dataDir, int port, String... moreFlags) throws IOException {
        return start(binary, dataDir, port, InfluxdMemory.UNBOUNDED, List.of(moreFlags));
    }

    /**
     * The same within bounds of memory.
     *
     * @param memoryBytes what all of it should take; half of it for queries: one that asks for more fails
     */
    public static InfluxdProcess start(Path binary, Path dataDir, int port, long memoryBytes) throws IOException {
        return start(binary, dataDir, port, InfluxdMemory.of(memoryBytes), List.of());
    }

    private static InfluxdProcess start(
            Path binary, Path dataDir, int port, InfluxdMemory memory, List<String> moreFlags) throws IOException {
        DataDirectory data = DataDirectory.claim(dataDir);
        try {
            data.stopLeftBehind(STOP_TIMEOUT);
            for (int attempt = 1; ; attempt++) {
                try {
                    return startOn(port == 0 ? freePort() : port, binary, data, memory, moreFlags);
                } catch (PortTakenException e) {
                    if (port != 0 || attempt == PORTS_TRIED) {
                        throw e;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /**
     * Stops the one that a killed process left running on this directory, and waits until it is gone; nothing happens where
     * there is none.
     *
     * @throws IOException when the directory is in use by a process that lives
     */
    public static void stopLeftBehind(Path dataDir) throws IOException {
        if (Files.isDirectory(dataDir)) {
            try (DataDirectory data = DataDirectory.claim(dataDir)) {
                data.stopLeftBehind(STOP_TIMEOUT);
            }
        }
    }

    private static InfluxdProcess startOn(
            int port, Path binary, DataDirectory data, InfluxdMemory memory, List<String> moreFlags)
            throws IOException {
        if (!isFree(port)) {
            throw new PortTakenException(port);
        }
        Path logFile = data.path().resolve("influxd.log");
        if (Files.exists(logFile) && Files.size(logFile) > LOG_KEPT_BYTES) {
            Files.move(logFile, data.path().resolve("influxd.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        long logStart = Files.exists(logFile) ? Files.size(logFile) : 0;
        Process process = new InfluxdCommand(binary, data, port, memory, moreFlags).start(logFile);
        URI url = URI.create("http://127.0.0.1:" + port);
        try {
            Readiness.await(process, url, START_TIMEOUT);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            String tail = LogTail.of(logFile, logStart);
            if (tail.contains("address already in use")) {
                throw new PortTakenException(port);
            }
            if (e instanceof InterruptedIOException) {
                throw e;
            }
            throw new IOException(binary + " did not start on " + url + ": " + e.getMessage() + "\n" + logFile
                    + " ends with:\n" + tail);
        }
        log.info("influxd started url={} pid={} data={}", url, process.pid(), data.path());
        return new InfluxdProcess(process, url, data);
    }

    /** Where it answers, without a slash at the end. */
    public URI url() {
        return url;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code when the process ends, however it ends. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Ends it at once, as a crash would (SIGKILL), and returns when it is gone. What it had accepted stays. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
        data.close();
    }

    /** Asks it to stop (SIGTERM), waits for it, and ends it by force only if it takes longer than half a minute. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn(
                        "influxd did not stop in time and is killed pid={} seconds={}",
                        pid(),
                        STOP_TIMEOUT.toSeconds());
                process.destroyForcibly();
                process.onExit().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        data.close();
    }

    /** Free just now; whoever is faster may still take it, so the caller tries again. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IOException("no free port: " + e.getMessage(), e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
