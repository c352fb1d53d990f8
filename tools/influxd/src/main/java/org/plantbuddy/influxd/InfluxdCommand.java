package org.plantbuddy.influxd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command line of one influxd, and how it becomes a process that does not outlive this one where the system can do
 * that (Linux with util-linux).
 */
final class InfluxdCommand {

    /** The parent that the kernel means is a thread: this one lives as long as the process. */
    private static final ExecutorService PARENT = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "influxd-parent");
        thread.setDaemon(true);
        return thread;
    });

    private static final boolean ENDS_WITH_ITS_PARENT = runs("setpriv", "--pdeathsig", "TERM", "true");

    /** What the system, Go and the operator's proxies are to influxd; beside these, {@code INFLUXD_…} and {@code GO…}. */
    private static final Set<String> PASSED_ON = Set.of(
            "PATH",
            "HOME",
            "USER",
            "TMPDIR",
            "TZ",
            "LANG",
            "LC_ALL",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY");

    private final Path binary;
    private final DataDirectory data;
    private final int port;
    private final InfluxdMemory memory;
    private final List<String> moreFlags;

    InfluxdCommand(Path binary, DataDirectory data, int port, InfluxdMemory memory, List<String> moreFlags) {
        this.binary = binary;
        this.data = data;
        this.port = port;
        this.memory = memory;
        this.moreFlags = moreFlags;
    }

    /** Starts it, with its output at the end of {@code log}. Its id is on disk before it is influxd. */
    Process start(Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> !isItsBusiness(name));
        memory.environment().forEach(builder.environment()::putIfAbsent);
        try {
            return PARENT.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException(binary + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while influxd was starting");
        }
    }

    /** Our own secrets are in our environment, and a child's shows in what it dumps and to whoever may look at it. */
    private static boolean isItsBusiness(String variable) {
        return PASSED_ON.contains(variable.toUpperCase(Locale.ROOT))
                || variable.startsWith("INFLUXD_")
                || variable.startsWith("GO");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                "sh", "-c", "echo $$ >\"$0\" && exec \"$@\"", data.pidFile().toString()));
        if (isOnPath("setsid")) {
            command.add("setsid");
        }
        if (ENDS_WITH_ITS_PARENT) {
            command.addAll(List.of("setpriv", "--pdeathsig", "TERM"));
        }
        command.add(binary.toAbsolutePath().toString());
        command.add(data.mark());
        command.add("--sqlite-path=" + data.path().resolve("influxd.sqlite"));
        command.add("--engine-path=" + data.path().resolve("engine"));
        command.add("--http-bind-address=127.0.0.1:" + port);
        command.add("--reporting-disabled");
        command.add("--log-level=error");
        command.add("--pprof-disabled"); // open to all who reach the port, and costs what they like
        command.add("--metrics-disabled");
        command.addAll(memory.flags());
        command.addAll(moreFlags);
        return command;
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .anyMatch(Files::isExecutable);
    }

    private static boolean runs(String... command) {
        try {
            Process tried =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return tried.waitFor(5, TimeUnit.SECONDS) && tried.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
