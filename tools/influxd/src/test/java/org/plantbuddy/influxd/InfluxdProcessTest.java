package org.plantbuddy.influxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfluxdProcessTest {
    static Path binary = Path.of("influxd");

    @TempDir
    Path folder;

    @BeforeAll
    static void locate() throws IOException {
        binary = InfluxdBinary.locate();
    }

    @Test
    void answersOnceStartedAndIsGoneOnceClosed() throws Exception {
        URI url;
        ProcessHandle process;
        try (InfluxdProcess influxd = InfluxdProcess.start(binary, folder.resolve("data"), 0)) {
            url = influxd.url();
            process = ProcessHandle.of(influxd.pid()).orElseThrow();
            assertThat(influxd.isAlive()).isTrue();
            assertThat(setupState(url)).contains("\"allowed\": true");
        }
        assertThat(process.isAlive()).isFalse();
        assertThatThrownBy(() -> setupState(url)).isInstanceOf(IOException.class);
    }

    @Test
    void startsAgainOnItsDataAfterAKill() throws Exception {
        InfluxdProcess first = InfluxdProcess.start(binary, folder, 0);
        setUp(first.url());
        first.kill();
        assertThat(first.onExit().get(10, TimeUnit.SECONDS)).isNotZero();

        try (InfluxdProcess second = InfluxdProcess.start(binary, folder, 0)) {
            assertThat(setupState(second.url())).contains("\"allowed\": false");
        }
    }

    @Test
    void aServerLeftBehindByAKilledParentIsStoppedFirst() throws Exception {
        InfluxdProcess first = InfluxdProcess.start(binary, folder, 0);
        String pid = Files.readString(folder.resolve("influxd.pid"));
        first.close();
        Process leftBehind = new ProcessBuilder(
                        binary.toString(),
                        "--bolt-path=" + folder.resolve("influxd.bolt"),
                        "--engine-path=" + folder.resolve("engine"),
                        "--http-bind-address=127.0.0.1:0",
                        "--reporting-disabled")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("left-behind.log").toFile())
                .start();
        assertThat(pid).isNotBlank();
        Files.writeString(folder.resolve("influxd.pid"), Long.toString(leftBehind.pid()));

        try (InfluxdProcess second = InfluxdProcess.start(binary, folder, 0)) {
            assertThat(leftBehind.isAlive()).isFalse();
            assertThat(second.isAlive()).isTrue();
        }
    }

    @Test
    void influxdSeesNothingOfOurEnvironmentThatIsNotItsBusiness() throws Exception {
        assertThat(System.getenv("PLANTBUDDY_NOTIFY_SECRET")).isEqualTo("not-for-influxd"); // set by the build
        try (InfluxdProcess influxd = InfluxdProcess.start(binary, folder, 0)) {
            Path environ = Path.of("/proc/" + influxd.pid() + "/environ");
            List<String> variables = List.of(Files.readString(environ).split("\0"));
            assertThat(variables)
                    .contains("PATH=" + System.getenv("PATH"))
                    .noneMatch(variable -> variable.contains("PLANTBUDDY") || variable.contains("not-for-influxd"))
                    .noneMatch(variable -> variable.startsWith("MAVEN_") || variable.startsWith("JAVA_"));
        }
    }

    @Test
    void whatTheServerDoesInsideIsForNobodyToSeeOverHttp() throws Exception {
        try (InfluxdProcess influxd = InfluxdProcess.start(binary, folder, 0)) {
            for (String path : List.of("/metrics", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/heap")) {
                String body =
                        send(HttpRequest.newBuilder(influxd.url().resolve(path)).build());
                assertThat(body).as(path).doesNotContain("go_", "goroutine", "bolt-path", "heap");
            }
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> InfluxdProcess.start(binary, folder, other.getLocalPort()))
                    .isInstanceOf(PortTakenException.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void twoOnOneDirectoryAreRefused() throws Exception {
        try (InfluxdProcess first = InfluxdProcess.start(binary, folder, 0)) {
            assertThatThrownBy(() -> InfluxdProcess.start(binary, folder, 0)).hasMessageContaining("in use by another");
            assertThat(first.isAlive()).isTrue();
        }
    }

    @Test
    void aServerThatDoesNotStartIsToldWithTheEndOfItsLog() {
        assertThatThrownBy(() -> InfluxdProcess.start(binary, folder, 0, "--no-such-flag"))
                .hasMessageContaining("did not start")
                .hasMessageContaining("unknown flag: --no-such-flag");
    }

    private static String setupState(URI url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url.resolve("/api/v2/setup")).build());
    }

    private static void setUp(URI url) throws IOException, InterruptedException {
        String body = "{\"username\":\"operator\",\"password\":\"only-for-this-test\",\"org\":\"o\",\"bucket\":\"b\"}";
        send(HttpRequest.newBuilder(url.resolve("/api/v2/setup"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static String send(HttpRequest request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
