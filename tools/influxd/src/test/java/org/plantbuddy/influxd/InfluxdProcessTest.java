package org.plantbuddy.influxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
    void aServerLeftBehindByAKilledParentIsStoppedAndItsPortFree() throws Exception {
        Path data = Files.createDirectories(folder.resolve("my plants/data"));
        int port = freePort();
        Process leftBehind = new ProcessBuilder(
                        binary.toString(),
                        "--bolt-path=" + data.resolve("influxd.bolt"),
                        "--engine-path=" + data.resolve("engine"),
                        "--http-bind-address=127.0.0.1:" + port,
                        "--reporting-disabled")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("left-behind.log").toFile())
                .start();
        Files.writeString(data.resolve("influxd.pid"), leftBehind.pid() + "\n");
        await().atMost(Duration.ofMinutes(1)).until(() -> isTaken(port));

        try (InfluxdProcess second = InfluxdProcess.start(binary, folder.resolve("./my plants/data"), port)) {
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
    void aProcessThatGotTheIdOfOneLongGoneIsLeftAlone() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        String ofTheFolderBeside = "--bolt-path=" + data + "2/influxd.bolt";
        Process foreign = new ProcessBuilder("sh", "-c", "sleep 600; :", ofTheFolderBeside).start();
        try {
            Files.writeString(data.resolve("influxd.pid"), foreign.pid() + "\n");
            InfluxdProcess.stopLeftBehind(data);
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.descendants().forEach(ProcessHandle::destroy);
            foreign.destroy();
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
    void theServerEndsWithTheProcessThatStartedIt() throws Exception {
        Path log = folder.resolve("parent.log");
        Process parent = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        binary.toString(),
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.readString(log).contains("ready") || !parent.isAlive());
        ProcessHandle influxd = ProcessHandle.of(Long.parseLong(
                        Files.readString(folder.resolve("data/influxd.pid")).strip()))
                .orElseThrow();
        assertThat(influxd.isAlive()).as(Files.readString(log)).isTrue();

        parent.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(30)).until(() -> !influxd.isAlive());
    }

    /** A process that starts a server on a thread that ends, and then waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread starting = new Thread(() -> start(Path.of(arguments[0]), Path.of(arguments[1])));
            starting.start();
            starting.join();
            System.out.println("ready");
            new CountDownLatch(1).await();
        }

        private static void start(Path binary, Path data) {
            try {
                InfluxdProcess.start(binary, data, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
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

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean isTaken(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
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
