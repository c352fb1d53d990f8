package org.plantbuddy.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A broker of another make, on a free port, that lets {@code rick/01} in with {@code secret}. */
final class Mosquitto implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    private Mosquitto(Path folder, int port) throws IOException, InterruptedException {
        this.folder = folder;
        this.port = port;
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "rick/01:secret\nrick/02:secret\n");
        new ProcessBuilder("mosquitto_passwd", "-U", passwords.toString())
                .inheritIO()
                .start()
                .waitFor();
        // As root it would become another user, who may not read the test's folder.
        Files.writeString(
                folder.resolve("mosquitto.conf"),
                "listener " + port + " 127.0.0.1\nallow_anonymous false\nuser root\npassword_file " + passwords + "\n");
        process = run();
    }

    static Mosquitto start(Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        return new Mosquitto(folder, port);
    }

    BrokerAddress address() {
        return new BrokerAddress("127.0.0.1", port);
    }

    void restart() throws IOException {
        close();
        process = run();
    }

    /** Everything published from now on, one {@code topic payload} a line. */
    Subscriber subscribe() throws IOException {
        return new Subscriber(
                List.of(
                        "stdbuf",
                        "-oL", // or what it says of itself waits for the next message
                        "mosquitto_sub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-u",
                        "rick/02",
                        "-P",
                        "secret",
                        "-q",
                        "1",
                        "-v",
                        "-d",
                        "-t",
                        "plantbuddy/#"),
                folder);
    }

    private Process run() throws IOException {
        Process started = new ProcessBuilder(
                        "mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mosquitto.log").toFile()))
                .start();
        Awaitility.await("mosquitto listens").ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
        return started;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A third-party client. */
    static final class Subscriber implements AutoCloseable {

        private final Process process;
        private final Path output;

        Subscriber(List<String> command, Path folder) throws IOException {
            output = Files.createTempFile(folder, "received", ".txt");
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            Awaitility.await("mosquitto_sub has subscribed")
                    .until(() -> written().stream().anyMatch(line -> line.startsWith("Subscribed ")));
        }

        /** Messages, without what the client says of itself. */
        List<String> lines() {
            return written().stream()
                    .filter(line -> line.startsWith("plantbuddy/"))
                    .toList();
        }

        private List<String> written() {
            try {
                return Files.readAllLines(output);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
