package org.plantbuddy.bridge;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;

/** A real broker and a real InfluxDB, set up, with user rick and board 01; the bridge is each test's. */
final class TestSystem implements AutoCloseable {

    final Accounts accounts;
    final String boardPassword;
    private final Path data;
    private final Config base;
    private InfluxdProcess influxd;
    private EmbeddedBroker broker;

    TestSystem(Path data) throws IOException {
        this.data = data;
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), data.resolve("influxd"), 0);
        base = Config.load(Map.of())
                .with(Map.of(
                        Key.QUOTA_BOARD, "0",
                        Key.QUOTA_USER, "0",
                        Key.DATA, data.toString(),
                        Key.MQTT_BIND, "127.0.0.1",
                        Key.MQTT_PORT, "0",
                        Key.MQTT_WEBSOCKET_PORT, "0",
                        Key.BRIDGE_PORT, "0",
                        Key.INFLUX_URL, influxd.url().toString()));
        accounts = Accounts.open(base, Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        boardPassword = accounts.devices().add("rick", "01").password();
        Provision.run(base, accounts, line -> {});
        broker = EmbeddedBroker.start(base);
    }

    Config bridgeConfig() throws IOException {
        return bridgeConfig(influxd.url().toString());
    }

    Config bridgeConfig(String influxUrl) throws IOException {
        return base.with(Map.of(
                Key.MQTT_URL, mqtt(),
                Key.INFLUX_URL, influxUrl,
                Key.MQTT_TOKEN, secret("mqtt-bridge-token"),
                Key.INFLUX_TOKEN, secret("influx-bridge-token"),
                Key.INFLUX_OPERATIONS_TOKEN, secret("influx-operations-token"),
                Key.NOTIFY_SECRET, secret("notify-secret")));
    }

    /** The same as environment variables, for a process. */
    Map<String, String> bridgeEnvironment() throws IOException {
        Config config = bridgeConfig();
        Map<String, String> environment = new HashMap<>();
        for (Key key : List.of(
                Key.DATA,
                Key.BRIDGE_PORT,
                Key.MQTT_URL,
                Key.INFLUX_URL,
                Key.MQTT_TOKEN,
                Key.INFLUX_TOKEN,
                Key.INFLUX_OPERATIONS_TOKEN,
                Key.NOTIFY_SECRET)) {
            environment.put(key.variable(), config.text(key));
        }
        return environment;
    }

    /** A bridge of its own on this data folder, with some keys set otherwise. */
    Process bridgeProcess(Map<Key, String> otherwise) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.environment().putAll(bridgeEnvironment());
        otherwise.forEach((key, text) -> builder.environment().put(key.variable(), text));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolve("bridge.log").toFile()))
                .start();
    }

    String secret(String name) throws IOException {
        return Files.readString(data.resolve("secrets").resolve(name)).strip();
    }

    Path data() {
        return data;
    }

    String mqtt() {
        return "tcp://127.0.0.1:" + broker.mqttPort();
    }

    InfluxdProcess influxd() {
        return influxd;
    }

    TestBoard board() throws Exception {
        return new TestBoard(mqtt(), "rick/01", boardPassword);
    }

    /** On the same port, as after a crash. */
    void restartBroker() {
        restartBroker(EmbeddedBroker::start);
    }

    /** On the same port, with another broker. */
    void restartBroker(Function<Config, EmbeddedBroker> start) {
        int port = broker.mqttPort();
        broker.close();
        broker = start.apply(base.with(Map.of(Key.MQTT_PORT, Integer.toString(port))));
    }

    void restartInfluxd() throws IOException {
        int port = influxd.url().getPort();
        influxd.kill();
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), data.resolve("influxd"), port);
    }

    /** Records of a Flux query, asked with the operator's token. */
    List<FluxRecord> query(String flux) throws IOException {
        try (InfluxDBClient client = InfluxDBClientFactory.create(
                influxd.url().toString(), secret("influx-operator-token").toCharArray(), "plantbuddy")) {
            return client.getQueryApi().query(flux).stream()
                    .flatMap(table -> table.getRecords().stream())
                    .toList();
        }
    }

    /** Writes line protocol with the operator's token. */
    void write(String bucket, String line) throws IOException {
        try (InfluxDBClient client = InfluxDBClientFactory.create(
                influxd.url().toString(), secret("influx-operator-token").toCharArray(), "plantbuddy")) {
            client.getWriteApiBlocking().writeRecord(bucket, "plantbuddy", WritePrecision.NS, line);
        }
    }

    List<FluxRecord> readings(String sensor) throws IOException {
        return query(
                "from(bucket: \"plantbuddy\") |> range(start: -720h, stop: 1h) |> filter(fn: (r) => r._measurement == \""
                        + sensor + "\") |> group() |> sort(columns: [\"_time\"])");
    }

    static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        broker.close();
        influxd.close();
        accounts.close();
    }
}
