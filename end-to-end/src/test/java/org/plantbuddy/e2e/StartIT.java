package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.influxd.InfluxdProcess;

/** What keeps a process from starting is told in sentences, with the keys that change it. */
class StartIT {

    private static final String BRIDGE = "org.plantbuddy.bridge.Main";
    private static final String BROKER = "org.plantbuddy.broker.Main";
    private static final String STANDALONE = "org.plantbuddy.standalone.Main";
    private static final String WEB = "org.plantbuddy.web.Main";

    @TempDir
    Path folder;

    @Test
    void missingKeysAreToldAllAtOnce() throws Exception {
        Started bridge = start("bridge", Map.of("PLANTBUDDY_TYPO", "x"), BRIDGE);
        Started web = start("web", Map.of(), WEB);
        Started provision =
                start("provision", Map.of("PLANTBUDDY_TYPO", "x"), "org.plantbuddy.operations.provision.Main");

        assertThat(bridge.errors())
                .contains("PLANTBUDDY_MQTT_TOKEN", "PLANTBUDDY_INFLUX_URL", "PLANTBUDDY_INFLUX_TOKEN")
                .contains("PLANTBUDDY_NOTIFY_SECRET", "PLANTBUDDY_TYPO is not a known key");
        assertThat(web.errors()).contains("PLANTBUDDY_INFLUX_URL", "PLANTBUDDY_INFLUX_TOKEN");
        assertThat(provision.errors()).contains("PLANTBUDDY_INFLUX_URL", "PLANTBUDDY_TYPO");
    }

    @Test
    void takenPortsAndABadCertificateAreSentences() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Path certificates = Files.createDirectory(folder.resolve("certificates"));
            Files.writeString(certificates.resolve("fullchain.pem"), "no certificate");
            Map<String, String> parts = Map.of(
                    "PLANTBUDDY_BRIDGE_PORT", port,
                    "PLANTBUDDY_WEB_PORT", port,
                    "PLANTBUDDY_MQTT_TOKEN", "pb_x",
                    "PLANTBUDDY_INFLUX_URL", "http://127.0.0.1:1",
                    "PLANTBUDDY_INFLUX_TOKEN", "x",
                    "PLANTBUDDY_NOTIFY_SECRET", "x");
            Map<String, String> all = Map.of(
                    "PLANTBUDDY_MQTT_BIND", "127.0.0.1",
                    "PLANTBUDDY_MQTT_PORT", port,
                    "PLANTBUDDY_MQTT_WEBSOCKET_PORT", "0",
                    "PLANTBUDDY_MQTT_TLS_PORT", "0",
                    "PLANTBUDDY_TLS_FOLDER", certificates.toString(),
                    "PLANTBUDDY_BRIDGE_PORT", "0",
                    "PLANTBUDDY_INFLUX_PORT", "0",
                    "PLANTBUDDY_WEB_PORT", port);
            Started bridge = start("bridge", parts, BRIDGE);
            Started web = start("web", parts, WEB);
            Started broker = start("broker", all, BROKER);
            Started up = start("up", all, STANDALONE, "up");

            String cannot = "port " + port + " on 127.0.0.1 (%s) cannot be used: Address already in use";
            assertThat(bridge.errors()).contains(cannot.formatted("the bridge"), "set PLANTBUDDY_BRIDGE_PORT");
            assertThat(web.errors()).contains(cannot.formatted("the web page"), "set PLANTBUDDY_WEB_PORT");
            assertThat(broker.errors())
                    .contains(cannot.formatted("MQTT"), "set PLANTBUDDY_MQTT_PORT")
                    .contains(certificates + "/fullchain.pem holds no certificate as PEM");
            assertThat(up.errors())
                    .contains("set PLANTBUDDY_MQTT_PORT", "set PLANTBUDDY_WEB_PORT")
                    .contains(certificates + "/fullchain.pem holds no certificate as PEM");
        }
    }

    /** As {@code -XX:+ExitOnOutOfMemoryError} would; whoever watches it starts it again. */
    @ParameterizedTest
    @ValueSource(strings = {BRIDGE, BROKER, STANDALONE, WEB})
    void processOfWhichAPartDiesEndsWithASentence(String main) throws Exception {
        Map<String, String> keys = new HashMap<>(Map.of(
                "PLANTBUDDY_MQTT_BIND", "127.0.0.1",
                "PLANTBUDDY_MQTT_PORT", "0",
                "PLANTBUDDY_MQTT_WEBSOCKET_PORT", "0",
                "PLANTBUDDY_BRIDGE_PORT", "0",
                "PLANTBUDDY_WEB_PORT", "0",
                "PLANTBUDDY_INFLUX_PORT", "0"));
        if (!main.equals(STANDALONE)) { // which makes its own
            keys.putAll(Map.of(
                    "PLANTBUDDY_MQTT_TOKEN", "pb_x",
                    "PLANTBUDDY_INFLUX_URL", "http://127.0.0.1:1",
                    "PLANTBUDDY_INFLUX_TOKEN", "x",
                    "PLANTBUDDY_NOTIFY_SECRET", "x"));
        }
        List<String> program = new ArrayList<>(List.of(WithADeadPart.class.getName(), main));
        if (main.equals(STANDALONE)) {
            program.add("up");
        }
        Started process = start("dying", keys, program.toArray(String[]::new));
        try {
            process.awaitEnd();
        } finally {
            InfluxdProcess.stopLeftBehind(folder.resolve("dying").resolve("influxdb")); // which up leaves to the next
        }

        assertThat(process.process().exitValue()).as(process.said()).isEqualTo(3);
        assertThat(process.said())
                .contains(
                        "event=part_died thread=\"part\"; this process ends, and works again when it is started again")
                .contains("IllegalStateException: gone");
    }

    private Started start(String name, Map<String, String> keys, String... main) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dplantbuddy.root=" + System.getProperty("plantbuddy.root"),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(main));
        Path out = folder.resolve(name + ".out");
        Path errors = folder.resolve(name + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(errors.toFile());
        Map<String, String> environment = new HashMap<>(keys);
        environment.put("PLANTBUDDY_DATA", folder.resolve(name).toString());
        environment.put("PLANTBUDDY_BROKER_METRICS_PORT", "0"); // tests run side by side
        environment.put("PLANTBUDDY_WEB_METRICS_PORT", "0");
        builder.environment().keySet().removeIf(key -> key.startsWith("PLANTBUDDY_"));
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, errors);
    }

    private record Started(Process process, Path out, Path err) {

        /** What it said before it ended with exit code 1. */
        String errors() throws Exception {
            awaitEnd();
            String errors = Files.readString(err);
            assertThat(process.exitValue()).as(errors).isEqualTo(1);
            assertThat(errors).doesNotContain("\tat ");
            return errors;
        }

        void awaitEnd() throws Exception {
            try {
                assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }

        /** Whatever it said, where its logging has it. */
        String said() throws IOException {
            return Files.readString(out) + Files.readString(err);
        }
    }
}
