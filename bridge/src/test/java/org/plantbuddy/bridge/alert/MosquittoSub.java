package org.plantbuddy.bridge.alert;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The user's own program: mosquitto's client, which knows nothing of this project. */
final class MosquittoSub implements AutoCloseable {

    record Message(String topic, boolean retained, String properties, String payload) {}

    private static final String SEPARATOR = "\u001f";

    private final Process process;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();

    private MosquittoSub(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "mosquitto_sub");
        reader.setDaemon(true);
        reader.start();
    }

    /** Returns once the subscription to all of the user's topics is granted. */
    static MosquittoSub listen(int port, String user, String password) throws IOException {
        MosquittoSub client = new MosquittoSub(new ProcessBuilder(
                        "stdbuf",
                        "-oL",
                        "mosquitto_sub",
                        "-d",
                        "-V",
                        "mqttv5",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-u",
                        user,
                        "-P",
                        password,
                        "-q",
                        "1",
                        "-t",
                        "plantbuddy/" + user + "/#",
                        "-F",
                        String.join(SEPARATOR, "message", "%t", "%r", "%P", "%p"))
                .redirectErrorStream(true)
                .start());
        await().atMost(Duration.ofSeconds(20)).until(() -> client.said.stream().anyMatch(s -> s.contains("SUBACK")));
        return client;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(SEPARATOR, -1);
                if (parts.length == 5) {
                    messages.add(new Message(parts[1], parts[2].equals("1"), parts[3], parts[4]));
                } else {
                    said.add(line);
                }
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    List<Message> messages() {
        return messages;
    }

    List<Message> on(String topic) {
        return messages.stream()
                .filter(message -> message.topic().equals(topic))
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
