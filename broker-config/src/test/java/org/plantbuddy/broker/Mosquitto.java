package org.plantbuddy.broker;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs mosquitto's own clients. */
final class Mosquitto {

    /** How it ended, and what it said. */
    record Ended(int code, String output) {}

    private Mosquitto() {}

    static Ended pub(int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        return run(Redirect.PIPE, "mosquitto_pub", port, version, username, password, more);
    }

    /** Publishes each line of a file. */
    static Ended pubLines(int port, String version, String username, String password, Path lines, String... more)
            throws IOException, InterruptedException {
        return run(Redirect.from(lines.toFile()), "mosquitto_pub", port, version, username, password, with(more, "-l"));
    }

    private static String[] with(String[] some, String more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    static Ended sub(int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        return run(Redirect.PIPE, "mosquitto_sub", port, version, username, password, more);
    }

    private static Ended run(
            Redirect input, String program, int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port), "-V", version, "-q", "1"));
        if (!username.isEmpty()) {
            command.addAll(List.of("-u", username, "-P", password));
        }
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectInput(input)
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(30, TimeUnit.SECONDS);
            return new Ended(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
