package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.testing.Trust;

/** {@code up --tls} with an authority of its own: all that others reach speaks TLS, and a renewal ends nothing. */
class TlsIT {

    private static final Duration STORED_WITHIN = Duration.ofSeconds(20);
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(60);

    @Test
    void oneSwitchEncryptsAllThatOthersReachAndARenewalEndsNothing(@TempDir Path folder) throws Exception {
        int tlsPort = PlantBuddy.freePort();
        int webSocketPort = PlantBuddy.freePort();
        Map<String, String> everywhere = Map.of(
                "PLANTBUDDY_MQTT_BIND", "0.0.0.0",
                "PLANTBUDDY_WEB_BIND", "0.0.0.0",
                "PLANTBUDDY_PUBLIC_HOST", "localhost",
                "PLANTBUDDY_MQTT_WEBSOCKET_PORT", "" + webSocketPort,
                "PLANTBUDDY_MQTT_TLS_PORT", "" + tlsPort);
        try (PlantBuddy system = PlantBuddy.up(folder, everywhere, "--tls")) {
            system.succeed("plant-pot-42-green", "user", "add", "rick", "--password-stdin");
            String added = system.succeed("", "device", "add", "rick", "01");
            String password = added.substring(added.indexOf("password ") + 9).strip();

            assertThat(system.output())
                    .contains("ready  page https://localhost:" + system.webPort + "  mqtt ssl://localhost:" + tlsPort);
            publishAsPrinted(system, password);
            await().atMost(STORED_WITHIN)
                    .untilAsserted(() -> assertThat(system.query("from(bucket: \"plantbuddy\") |> range(start: -1h)"))
                            .contains(",36,"));

            plainMqttIsOnLoopbackOnly(system.mqttPort);
            assertThat(speaksPlain(webSocketPort)).as("WebSocket").isFalse();
            assertThat(speaksPlain(system.webPort)).as("page").isFalse();
            SSLContext client = Trust.in(system.data().resolve("tls/ca.pem"));
            HttpResponse<String> page = get(client, "https://localhost:" + system.webPort + "/login");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Strict-Transport-Security")).isEmpty();
            assertThatThrownBy(() -> get(SSLContext.getDefault(), "https://localhost:" + system.webPort + "/login"))
                    .isInstanceOf(SSLException.class);

            assertThat(system.succeed("", "device", "add", "rick", "02", "--sketch"))
                    .contains("#define BROKER_TLS 1", "#define BROKER_PORT " + tlsPort, "BEGIN CERTIFICATE");
            await().atMost(STORED_WITHIN)
                    .untilAsserted(() -> assertThat(system.command("", "status").output())
                            .containsPattern("(?m)^certificates +ok +good for 396 days$")
                            .containsPattern("(?m)^web +ok +https://127.0.0.1"));
            assertThat(get(client, "http://127.0.0.1:" + system.bridgePort + "/metrics")
                            .body())
                    .contains("plantbuddy_certificate_left_seconds{server=\"127.0.0.1:" + tlsPort + "\"}")
                    .contains("plantbuddy_certificate_left_seconds{server=\"127.0.0.1:" + system.webPort + "\"}");

            renewalEndsNothing(system, client, tlsPort, password);
        }
    }

    private static void publishAsPrinted(PlantBuddy system, String password) throws Exception {
        String line = system.output()
                .lines()
                .filter(printed -> printed.contains("mosquitto_pub"))
                .findFirst()
                .orElseThrow()
                .strip()
                .replaceFirst("^tls +", "")
                .replace("USER/DEVICE/SENSOR", "rick/01/light")
                .replace("USER/DEVICE", "rick/01")
                .replace("PASSWORD", password);
        Process publish =
                new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
        String said = new String(publish.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(publish.waitFor()).as(said).isZero();
    }

    private static void renewalEndsNothing(PlantBuddy system, SSLContext client, int tlsPort, String password)
            throws Exception {
        X509Certificate before = shown(client, tlsPort);
        Path ca = system.data().resolve("tls/ca.pem");
        Mosquitto rick = new Mosquitto(tlsPort, "rick", "plant-pot-42-green");
        try (Mosquitto.Subscription open =
                rick.subscribe("-h", "localhost", "--cafile", ca.toString(), "-t", "plantbuddy/rick/01/#", "-d")) {
            await().until(
                            () -> { // what it prints comes with a message
                                publishAsPrinted(system, password);
                                return !open.lines().isEmpty();
                            });
            open.lines().removeIf("36"::equals);
            system.succeed("", "tls", "renew");
            await().atMost(RENEWED_WITHIN)
                    .until(() -> !shown(client, tlsPort).equals(before)
                            && shown(client, system.webPort).equals(shown(client, tlsPort)));
            publishAsPrinted(system, password);
            await().until(() -> open.lines().contains("36"));
            assertThat(open.lines().stream().filter(line -> line.contains("received CONNACK")))
                    .as("connected once")
                    .hasSize(1);
            await().atMost(STORED_WITHIN)
                    .until(() -> system.command("", "status").output().contains("certificates           ok"));
        }
    }

    /** On every address of this machine but the one; a second of loopback stands for those of a machine that has none. */
    private static void plainMqttIsOnLoopbackOnly(int port) throws IOException {
        List<InetAddress> others = Stream.concat(
                        Stream.of(InetAddress.getByName("127.0.0.2")),
                        NetworkInterface.networkInterfaces()
                                .flatMap(NetworkInterface::inetAddresses)
                                .filter(Inet4Address.class::isInstance)
                                .filter(address -> !address.isLoopbackAddress()))
                .toList();
        for (InetAddress other : others) {
            assertThatThrownBy(() -> new Socket(other, port).close())
                    .as("%s", other)
                    .isInstanceOf(ConnectException.class);
        }
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }

    /** Whether anything in HTTP comes back for a request without TLS. */
    private static boolean speaksPlain(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).startsWith("HTTP");
        } catch (IOException e) {
            return false; // reset
        }
    }

    private static X509Certificate shown(SSLContext client, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static HttpResponse<String> get(SSLContext client, String url) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(client)
                .build()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
}
