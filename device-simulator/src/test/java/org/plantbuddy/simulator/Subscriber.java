package org.plantbuddy.simulator;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.plantbuddy.testing.MosquittoBroker;

/** A third-party client that hears everything published from its start on, one {@code topic payload} a line. */
final class Subscriber implements AutoCloseable {

    private final Process process;
    private final Path output;

    /** Returns once it has subscribed. */
    Subscriber(MosquittoBroker broker, Path folder) throws IOException {
        output = Files.createTempFile(folder, "received", ".txt");
        process = new ProcessBuilder(
                        "stdbuf",
                        "-oL", // or what it says of itself waits for the next message
                        "mosquitto_sub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + broker.port(),
                        "-u",
                        "rick/02",
                        "-P",
                        "secret",
                        "-q",
                        "1",
                        "-v",
                        "-d",
                        "-t",
                        "plantbuddy/#")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await("mosquitto_sub has subscribed")
                .until(() -> written().stream().anyMatch(line -> line.startsWith("Subscribed ")));
    }

    /** Messages, without what the client says of itself. */
    List<String> lines() {
        return written().stream().filter(line -> line.startsWith("plantbuddy/")).toList();
    }

    private List<String> written() {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
