package org.plantbuddy.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs mosquitto's own clients. */
final class Mosquitto {

    /** How it ended, and what it said. */
    record Ended(int code, String output) {}

    private Mosquitto() {}

    static Ended pub(int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        return run("mosquitto_pub", port, version, username, password, more);
    }

    static Ended sub(int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        return run("mosquitto_sub", port, version, username, password, more);
    }

    private static Ended run(String program, int port, String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port), "-V", version, "-q", "1"));
        if (!username.isEmpty()) {
            command.addAll(List.of("-u", username, "-P", password));
        }
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(30, TimeUnit.SECONDS);
            return new Ended(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
