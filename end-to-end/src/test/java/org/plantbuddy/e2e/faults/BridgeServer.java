package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A bridge, and what it says of itself. */
final class BridgeServer implements Server {

    private static final Duration ANSWER = Duration.ofMillis(1_500);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final JavaServer server;
    private final Path journal;
    private final int port;
    private volatile Figures last = new Figures(0, 0, 0);

    /**
     * What its metrics said when it last answered.
     *
     * @param journal readings in its journal
     * @param unacknowledged messages it has and has not acknowledged
     * @param received readings it has made safe since it started
     */
    record Figures(long journal, long unacknowledged, long received) {}

    BridgeServer(Fleet fleet, String clientId, int port, Map<String, String> keys) {
        this.port = port;
        journal = fleet.data().resolve("journal-" + clientId);
        Map<String, String> own = new TreeMap<>(keys);
        Path secrets = fleet.data().resolve("secrets");
        own.put("PLANTBUDDY_BRIDGE_PORT", Integer.toString(port));
        own.put("PLANTBUDDY_BRIDGE_CLIENT_ID", clientId);
        own.put(
                "PLANTBUDDY_MQTT_TOKEN_FILE",
                secrets.resolve("mqtt-bridge-token").toString());
        own.put(
                "PLANTBUDDY_INFLUX_TOKEN_FILE",
                secrets.resolve("influx-bridge-token").toString());
        own.put(
                "PLANTBUDDY_NOTIFY_SECRET_FILE",
                secrets.resolve("notify-secret").toString());
        server = new JavaServer(
                clientId,
                fleet.folder.resolve(clientId + ".log"),
                own,
                () -> get("/readyz")
                        .filter(answer -> answer.statusCode() == 200)
                        .isPresent(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "org.plantbuddy.bridge.Main");
    }

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public void start() throws IOException {
        server.start();
    }

    /** Starts it with some keys set otherwise. */
    void start(Map<String, String> otherwise) throws IOException {
        server.start(otherwise);
    }

    @Override
    public boolean isReady() {
        return server.isReady();
    }

    /** What {@code /readyz} says; empty while it does not answer. */
    String readiness() {
        return get("/readyz").map(HttpResponse::body).orElse("");
    }

    /** Its newest figures, or those of before where it does not answer. */
    Figures figures() {
        get("/metrics")
                .ifPresent(answer -> last = new Figures(
                        figure(answer.body(), "plantbuddy_journal_readings"),
                        figure(answer.body(), "plantbuddy_messages_unacknowledged"),
                        figure(answer.body(), "plantbuddy_readings_received_total")));
        return last;
    }

    private static long figure(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .map(line -> Math.round(Double.parseDouble(line.substring(name.length()))))
                .orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    private Optional<HttpResponse<String>> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER)
                .build();
        try {
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    int port() {
        return port;
    }

    /** The folder of its journal. */
    Path journal() {
        return journal;
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public void reap() throws InterruptedException {
        server.reap();
    }

    @Override
    public void close() {
        server.close();
    }
}
