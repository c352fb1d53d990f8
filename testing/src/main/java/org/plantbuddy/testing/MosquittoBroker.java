package org.plantbuddy.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A broker of another make on a free port of loopback, in which those it knows have the password {@code secret}. */
public final class MosquittoBroker implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    private MosquittoBroker(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = run();
    }

    /**
     * Returns once it listens.
     *
     * @param names who may sign in
     */
    public static MosquittoBroker start(Path folder, String... names) throws IOException, InterruptedException {
        Path passwords = know(folder, names);
        int port = freePort();
        // As root it would become another user, who may not read the test's folder.
        Files.writeString(
                folder.resolve("mosquitto.conf"),
                "listener " + port + " 127.0.0.1\nallow_anonymous false\nuser root\npassword_file " + passwords + "\n");
        return new MosquittoBroker(folder, port);
    }

    /** From its next start on these alone. */
    public void know(String... names) throws IOException, InterruptedException {
        know(folder, names);
    }

    private static Path know(Path folder, String... names) throws IOException, InterruptedException {
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, String.join(":secret\n", names) + ":secret\n");
        new ProcessBuilder("mosquitto_passwd", "-U", passwords.toString())
                .inheritIO()
                .start()
                .waitFor();
        return passwords;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public long pid() {
        return process.pid();
    }

    public void stop() {
        process.destroy();
        process.onExit().join();
    }

    /** On the same port. */
    public void startAgain() throws IOException {
        process = run();
    }

    private Process run() throws IOException {
        Process started = new ProcessBuilder(
                        "mosquitto", "-c", folder.resolve("mosquitto.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mosquitto.out").toFile()))
                .start();
        await("mosquitto listens").ignoreExceptions().until(() -> {
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
