package org.plantbuddy.web;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A third-party broker on a free port, in which those it knows have the password {@code secret}. */
final class Mosquitto implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    private Mosquitto(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = run();
    }

    static Mosquitto start(Path folder) throws IOException, InterruptedException {
        Path passwords = know(folder, "$web", "$bridge", "reader");
        int port = freePort();
        Files.writeString(
                folder.resolve("mosquitto.conf"),
                "listener " + port + " 127.0.0.1\nallow_anonymous false\nuser root\npassword_file " + passwords + "\n");
        return new Mosquitto(folder, port);
    }

    /** From its next start on these alone. */
    void know(String... names) throws IOException, InterruptedException {
        know(folder, names);
    }

    private static Path know(Path folder, String... names) throws IOException, InterruptedException {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, String.join(":secret\n", names) + ":secret\n");
        new ProcessBuilder("mosquitto_passwd", "-U", passwords.toString())
                .start()
                .waitFor();
        return passwords;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    void stop() {
        process.destroy();
        process.onExit().join();
    }

    /** On the same port. */
    void startAgain() throws IOException {
        process = run();
    }

    private Process run() throws IOException {
        Process started = new ProcessBuilder(
                        "mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mosquitto.out").toFile()))
                .start();
        await().ignoreExceptions().until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        });
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
