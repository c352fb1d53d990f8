package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.web.signin.FailedTries;

/** Clients that take their time, ask for much or write nonsense; the page has no InfluxDB and a broker that hangs. */
class HostileClientsIT {

    /** More than the page has threads. */
    private static final int MANY = 600;

    /** On two busy processors; the page that is stopped does not answer in a minute. */
    private static final Duration PROMPT = Duration.ofSeconds(8);

    private static final int MOST_OF_AN_ADDRESS = 500;
    private static final int ANOTHER_ADDRESS = 127; // the last number of it

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ServerSocket hangingBroker;
    private static Accounts accounts;
    private static DeviceCredentials board;
    private static Web web;

    /** 1 to 3 are taken. */
    private static int lastOfAddresses = 3;

    private final List<Socket> sockets = new ArrayList<>();

    @BeforeAll
    static void startPage(@TempDir Path folder) throws IOException {
        hangingBroker =
                new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()); // the kernel accepts, nobody reads
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        accounts.users().add("rick", Fixture.PASSWORD);
        board = accounts.devices().add("rick", "01");
        web = Web.start(
                Config.load(Map.of())
                        .with(Map.of(
                                Key.WEB_PORT, "0",
                                Key.INFLUX_URL, "http://127.0.0.1:1",
                                Key.INFLUX_TOKEN, "none",
                                Key.MQTT_URL, "tcp://127.0.0.1:" + hangingBroker.getLocalPort(),
                                Key.MQTT_TOKEN, "secret")),
                accounts,
                Metrics.ofProcess());
    }

    @AfterAll
    static void stopPage() throws IOException {
        web.close();
        accounts.close();
        hangingBroker.close();
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /write HTTP/1.1\r\nHost: x\r\nAuthorization: BOARD\r\nContent-Length: 1000\r\n\r\n0",
                "POST /write HTTP/1.1\r\nHost: x\r\nAuthorization: BOARD\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nu",
                "GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: "
            })
    void requestsThatDoNotEndDoNotStopThePage(String beginning) {
        String asABoard = beginning.replace("BOARD", "Basic " + basic(board.username() + ":" + board.password()));
        for (int i = 0; i < MANY; i++) {
            open().write(asABoard);
        }
        assertThat(promptly(get("/login")).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /write HTTP/1.1\r\nHost: x\r\nAuthorization: BOARD\r\nContent-Length: 1000\r\n\r\n",
                "GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: "
            })
    void requestThatTricklesInIsEndedHoweverOftenAByteComes(String beginning) {
        Client slow = open();
        slow.write(beginning.replace("BOARD", "Basic " + basic(board.username() + ":" + board.password())));
        await().atMost(60, TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> slow.isClosedAfter("0"));
    }

    @Test
    void oneAddressHasSomeHundredConnectionsAndTheNewestOfThem() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Client client = open(ANOTHER_ADDRESS);
            client.write("GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            clients.add(client);
        }
        List<Client> older = clients.subList(0, MANY / 2);
        await().atMost(PROMPT) // long before they are late
                .until(() -> older.stream()
                                .filter(client -> client.isClosedAfter("0"))
                                .count()
                        >= MANY - MOST_OF_AN_ADDRESS);
        assertThat(clients.get(MANY - 1).isClosedAfter("0")).isFalse();
        assertThat(promptly(get("/login")).statusCode()).isEqualTo(200);
    }

    /** More clients than an address has threads, and more of each than the network holds for it. */
    @Test
    void answersThatNobodyReadsDoNotStopThePage() throws InterruptedException {
        String asking = "GET /assets/uplot.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
        for (int i = 0; i < 100; i++) {
            open().write(asking);
        }
        for (int i = 0; i < 20; i++) { // while the network fills up
            assertThat(promptly(get("/login")).statusCode()).isEqualTo(200);
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    @Test
    void brokerThatHangsStopsNeitherThePageNorThoseWhoWrite() {
        List<CompletableFuture<HttpResponse<String>>> writes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            writes.add(write("01SM1", "Basic " + basic(board.username() + ":" + board.password())));
        }
        // All but the one that finds out are answered while it still waits; it has 5 s.
        await().atMost(PROMPT)
                .until(() -> writes.stream().filter(CompletableFuture::isDone).count() >= 39);
        assertThat(promptly(get("/login")).statusCode()).isEqualTo(200);
        for (CompletableFuture<HttpResponse<String>> write : writes) {
            assertThat(write).succeedsWithin(20, TimeUnit.SECONDS).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic x",
                "Basic cmljaw==",
                "Basic cmljay8wMQ==",
                "Basic %%%",
                "Basic /w==",
                "Basic Og==",
                "Basic wyg6wyg=",
                "Basic cmljay8wMTo=",
                "Basic  cmljay8wMTp4",
                "basic cmljay8wMTp4",
                "Bearer x",
                "Digest a=b",
                "x",
                ",",
                "Basic cmljay8wMTp4, Basic cmljay8wMTp4"
            })
    void malformedCredentialsAreNoSignIn(String header) {
        String answer = open(++lastOfAddresses).answerTo(write(header)); // failures of one address are held back
        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("\r\nWWW-Authenticate: ", "error", "todo")
                .doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/me?%zz HTTP/1.1\r\nHost: x\r\n",
                "GET /api/v1/me?a=%c3%28&%00=%ff HTTP/1.1\r\nHost: x\r\n",
                "GET /%ff%fe HTTP/1.1\r\nHost: x\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n",
                "GET /a/../../b HTTP/1.1\r\nHost: x\r\n",
                "GET /assets/%2e%2e%2fpage.js HTTP/1.1\r\nHost: x\r\n",
                "GET /assets/;/a%00 HTTP/1.1\r\nHost: x\r\n",
                "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: =;;plantbuddy_session=\"\u0001;a=\r\n",
                "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: plantbuddy_session=\u00ff\u00fe; plantbuddy_session=\r\n",
                "GET /login HTTP/1.1\r\nHost: x\r\nCookie: plantbuddy_known=a.b.c; plantbuddy_form==\r\n#200",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nuser=%zz&",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data\r\nContent-Length: 4\r\n\r\n--x\n",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=\r\nContent-Length: 4\r\n\r\n--x\n",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain; charset=no-such\r\nContent-Length: 4\r\n\r\nuser",
                "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: ;;;\r\nContent-Length: 4\r\n\r\nuser",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Type: text/plain; charset=no-such\r\nContent-Length: 4\r\n\r\n01SM",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n01SM",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: -1\r\n",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 99999999999999999999\r\n",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 200000\r\n",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n01SM1",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nContent-Length: 4\r\n\r\n\u0000\u00ff\u00c3(",
                "POST /write HTTP/1.1\r\nHost: x\r\nAUTH\r\nIdempotency-Key:\r\nContent-Length: 5\r\n\r\n01SM1",
                "OPTIONS /write HTTP/1.1\r\nHost: x\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: x\r\n",
                "TRACE / HTTP/1.1\r\nHost: x\r\n",
                "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n",
                "PATCH /api/v1/devices HTTP/1.1\r\nHost: x\r\n",
                "BREW / HTTP/1.1\r\nHost: x\r\n",
                "PUT /api/v1/thresholds HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{",
                "GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                "GET / HTTP/1.1\r\nHost: [::\r\n",
                "GET / HTTP/9.9\r\nHost: x\r\n#505",
                "GET /login HTTP/1.1\r\nHost: x\r\nRange: bytes=9-1\r\nExpect: tea\r\n",
                "GET http://[/ HTTP/1.1\r\nHost: x\r\n",
                "nonsense"
            })
    void malformedRequestsAreTheClientsFault(String request) throws IOException {
        int told = request.matches("(?s).*#\\d{3}") ? Integer.parseInt(request.substring(request.length() - 3)) : 0;
        String head = request.replaceFirst("#\\d{3}$", "")
                .replace("AUTH", "Authorization: Basic " + basic(board.username() + ":" + board.password()));
        String whole = head.contains("\r\n\r\n") ? head : head + "Connection: close\r\n\r\n";
        int status = open().statusOf(whole);
        assertThat(status).isBetween(told == 0 ? 300 : told, told == 0 ? 499 : told);
    }

    @Test
    void headersThatDoNotEndAreRefused() {
        String bomb = "GET /login HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(100_000) + "\r\n\r\n";
        assertThat(open().statusOf(bomb)).isEqualTo(431);
        String many = "GET /login HTTP/1.1\r\nHost: x\r\n" + "X: x\r\n".repeat(20_000) + "\r\n";
        assertThat(open().statusOf(many)).isEqualTo(431);
    }

    @Test
    void bodyWithoutALengthIsCutOffAtTheSameSize() {
        String chunk = "1000\r\n" + "0".repeat(0x1000) + "\r\n";
        String request = "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(64)
                + "0\r\n\r\n";
        assertThat(open().statusOf(request)).isEqualTo(413);
    }

    @Test
    void namesTriedFromOneAddressAreSlowedAndTheRightBoardIsNot() {
        for (int i = 0; i < FailedTries.FREE; i++) {
            assertThat(promptly(writeFrom(2, "Basic " + basic("user" + i + "/01:guess"))))
                    .isEqualTo(401);
        }
        List<CompletableFuture<Integer>> held = new ArrayList<>(); // for 0.25 s, 0.5 s … 10 s
        for (int i = 0; i < 8; i++) {
            held.add(writeFrom(2, "Basic " + basic("other" + i + "/01:guess")));
        }
        CompletableFuture<Integer> right = writeFrom(2, "Basic " + basic(board.username() + ":" + board.password()));
        await().atMost(PROMPT).until(right::isDone);
        assertThat(right.join()).isEqualTo(503); // signed in; the broker hangs
        assertThat(promptly(writeFrom(3, "Basic " + basic("rick/01:guess")))).isEqualTo(401);
        assertThat(held).anySatisfy(answer -> assertThat(answer).isNotDone());
        assertThat(held)
                .allSatisfy(answer ->
                        assertThat(answer).succeedsWithin(30, TimeUnit.SECONDS).isEqualTo(401));
    }

    private CompletableFuture<Integer> writeFrom(int lastOfAddress, String authorization) {
        Client client = open(lastOfAddress);
        return CompletableFuture.supplyAsync(() -> client.statusOf(write(authorization)));
    }

    private static String write(String authorization) {
        return "POST /write HTTP/1.1\r\nHost: x\r\nAuthorization: " + authorization
                + "\r\nConnection: close\r\nContent-Length: 5\r\n\r\n01SM1";
    }

    private static String basic(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** On a connection of its own: one that was let in before is served whatever happens to those who come. */
    private static CompletableFuture<HttpResponse<String>> get(String path) {
        return HttpClient.newHttpClient()
                .sendAsync(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> write(String body, String authorization) {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(uri("/write"))
                        .header("Authorization", authorization)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + web.port() + path);
    }

    private static <T> T promptly(CompletableFuture<T> answer) {
        assertThat(answer).succeedsWithin(PROMPT);
        return answer.join();
    }

    private Client open() {
        return open(1);
    }

    private Client open(int lastOfAddress) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4_096);
            socket.bind(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastOfAddress}), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), web.port()), 10_000);
            socket.setSoTimeout(30_000);
            sockets.add(socket);
            return new Client(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Client(Socket socket) {

        /** What the page has closed meanwhile takes no more: that is its right. */
        void write(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException closed) {
                // Told by who asks for the answer.
            }
        }

        int statusOf(String request) {
            write(request);
            try {
                String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
                assertThat(line).as(request.length() > 300 ? "" : request).startsWith("HTTP/1.1 ");
                return Integer.parseInt(line.substring(9));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String answerTo(String request) {
            write(request);
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isClosedAfter(String oneMore) {
            write(oneMore);
            try {
                socket.setSoTimeout(1);
                while (socket.getInputStream().read() >= 0) {
                    // An answer may come before the end.
                }
                return true;
            } catch (java.net.SocketTimeoutException stillOpen) {
                return false;
            } catch (IOException reset) {
                return true;
            }
        }
    }
}
