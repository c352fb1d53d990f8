package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.TlsFolder;

/** Each thing that doctor knows, made wrong. */
class DoctorTest {

    private static final String MORE_THAN_ANY_DISK = "1000000000000000";

    @TempDir
    Path folder;

    private record Answer(int exit, JsonNode findings) {

        JsonNode of(String check) {
            for (JsonNode finding : findings) {
                if (finding.required("check").asText().equals(check)) {
                    return finding;
                }
            }
            throw new AssertionError("nothing of " + check + " in " + findings);
        }

        boolean isWell(String check) {
            return of(check).required("well").asBoolean();
        }

        String todo(String check) {
            return of(check).required("todo").asText();
        }
    }

    private Answer ask(Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("PLANTBUDDY_DATA", folder.toString()));
        for (String port : new String[] {"MQTT", "MQTT_WEBSOCKET", "BRIDGE", "WEB", "INFLUX"}) {
            environment.put("PLANTBUDDY_" + port + "_PORT", "0");
        }
        environment.put(
                "PLANTBUDDY_MQTT_URL", "tcp://127.0.0.1:1"); // where no broker is, also beside one that runs here
        environment.put("PLANTBUDDY_MQTT_SOCKETS", "100");
        environment.putAll(more);
        StringWriter out = new StringWriter();
        int exit = Main.commands(environment).setOut(new PrintWriter(out)).execute("doctor", "--json");
        return new Answer(exit, new ObjectMapper().readTree(out.toString()));
    }

    @Test
    void whatIsWellIsSaidSoAndNothingIsMade() throws IOException {
        Answer answer = ask(Map.of());
        for (String check : new String[] {
            "java", "memory", "configuration", "open-files", "clock", "disk", "ports", "secrets", "accounts"
        }) {
            assertThat(answer.isWell(check)).as("%s", answer.of(check)).isTrue();
            assertThat(answer.todo(check)).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void diskFilesAndLimitsThatAreNotAsNeededAreSaidWithWhatToDo() throws IOException {
        Files.createDirectories(folder.resolve("secrets"));
        Path secret = Files.createFile(
                folder.resolve("secrets").resolve("mqtt-web-token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(ask(Map.of()).isWell("secrets")).isTrue();
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        Answer answer =
                ask(Map.of("PLANTBUDDY_DISK_FREE", MORE_THAN_ANY_DISK, "PLANTBUDDY_MQTT_SOCKETS", "900000000000"));
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.todo("disk")).contains("make room");
        assertThat(answer.todo("open-files")).contains("LimitNOFILE", "PLANTBUDDY_MQTT_SOCKETS");
        assertThat(answer.todo("secrets")).isEqualTo("chmod go= " + secret);
    }

    @Test
    void portThatIsTakenAndInfluxdbThatDoesNotAnswerAreSaid() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Answer answer = ask(Map.of("PLANTBUDDY_WEB_PORT", port, "PLANTBUDDY_INFLUX_URL", "http://127.0.0.1:1"));
            assertThat(answer.isWell("ports")).isFalse();
            assertThat(answer.of("ports").required("detail").asText()).contains("port " + port, "PLANTBUDDY_WEB_PORT");
            assertThat(answer.isWell("influxdb")).isFalse();
            assertThat(answer.todo("influxdb")).contains("PLANTBUDDY_INFLUX_URL");
        }
    }

    @Test
    void influxdbWhoseDateIsNoneAnswersAllTheSame() throws IOException {
        try (ServerSocket influxdb = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answer(influxdb));
            String url = "http://127.0.0.1:" + influxdb.getLocalPort();
            assertThat(ask(Map.of("PLANTBUDDY_INFLUX_URL", url)).isWell("influxdb"))
                    .isTrue();
            assertThat(answered).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    private static void answer(ServerSocket influxdb) {
        try (Socket asked = influxdb.accept();
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(asked.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(request.readLine()).startsWith("GET /health");
            while (!request.readLine().isEmpty()) {
                // the headers
            }
            asked.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nDate: today\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void certificateThatEndsSoonIsSaid() throws IOException {
        TlsFolder tls = new TlsFolder(folder.resolve("tls"));
        Clock aYearAgo = Clock.offset(Clock.systemUTC(), Duration.ofDays(-390));
        CertificateAuthority.make(folder.resolve("ca"), aYearAgo).serve(tls, List.of("localhost"));

        Answer answer = ask(Map.of("PLANTBUDDY_TLS_FOLDER", tls.folder().toString()));
        assertThat(answer.isWell("certificate")).isFalse();
        assertThat(answer.todo("certificate")).contains("new certificate");
    }

    @Test
    void wrongConfigurationIsSaidAsAWhole() throws IOException {
        Answer answer = ask(Map.of("PLANTBUDDY_NOTHING", "1", "PLANTBUDDY_LOG_FORMAT", "xml"));
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.of("configuration").required("detail").asText())
                .contains("PLANTBUDDY_NOTHING is not a known key", "PLANTBUDDY_LOG_FORMAT=xml must be text or json");
    }
}
