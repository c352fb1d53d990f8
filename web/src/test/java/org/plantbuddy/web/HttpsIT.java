package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.Trust;
import org.plantbuddy.tls.BadCertificateException;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.TlsFolder;

/** The page over TLS, with clients that check its certificate; it has no InfluxDB. */
class HttpsIT {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(20);
    private static final int MOST_OF_AN_ADDRESS = 500;

    @TempDir
    static Path data;

    private static TlsFolder folder;
    private static CertificateAuthority authority;
    private static Accounts accounts;
    private static Web web;

    @BeforeAll
    static void startPage() throws Exception {
        folder = new TlsFolder(data.resolve("certificates"));
        authority = CertificateAuthority.make(data.resolve("authority"), CLOCK);
        authority.serve(folder, List.of("localhost"));
        accounts = Accounts.openFile(data.resolve("accounts.db"), CLOCK);
        accounts.users().add("rick", Fixture.PASSWORD);
        web = Web.start(config(folder), accounts, Metrics.ofProcess());
    }

    @AfterAll
    static void stopPage() {
        web.close();
        accounts.close();
    }

    private static Config config(TlsFolder folder) {
        return Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "none",
                        Key.TLS_FOLDER, folder.folder().toString()));
    }

    @Test
    void browserThatKnowsTheAuthorityGetsThePage() throws Exception {
        HttpResponse<String> answer = get(Trust.in(folder.ca().orElseThrow()), "localhost");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Strict-Transport-Security"))
                .as("other things of this host may have no TLS")
                .isEmpty();
        assertThat(answer.headers().allValues("Set-Cookie"))
                .isNotEmpty()
                .allMatch(cookie -> cookie.startsWith("__Host-") && cookie.contains("; Secure"));
        HttpResponse<String> authority = get(Trust.in(folder.ca().orElseThrow()), "localhost", "/ca.pem");
        assertThat(authority.body()).isEqualTo(Files.readString(folder.ca().orElseThrow()));
    }

    @Test
    void browserIsToldToKeepToTlsWhereTheOperatorSaysThatThePageHasIt() throws Exception {
        Config named = config(folder).with(Map.of(Key.WEB_URL, "https://localhost"));
        try (Web other = Web.start(named, accounts, Metrics.ofProcess())) {
            HttpRequest login = HttpRequest.newBuilder(URI.create("https://localhost:" + other.port() + "/login"))
                    .build();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    .sslContext(Trust.in(folder.ca().orElseThrow()))
                    .build()
                    .send(login, BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=63072000");
        }
    }

    @Test
    void clientsRefuseAForeignAuthorityAndAnotherName() throws Exception {
        CertificateAuthority.make(data.resolve("foreign"), CLOCK);
        Path foreign = data.resolve("foreign/fullchain.pem");
        assertThatThrownBy(() -> get(Trust.in(foreign), "localhost")).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> get(Trust.in(folder.ca().orElseThrow()), "127.0.0.1"))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://localhost:" + web.port() + "/login"))
                                        .build(),
                                BodyHandlers.ofString()))
                .as("without TLS")
                .isInstanceOf(IOException.class);
    }

    @Test
    void renewalIsSeenByNewConnectionsAndOpenOnesGoOn() throws Exception {
        SSLContext client = Trust.in(folder.ca().orElseThrow());
        X509Certificate before;
        try (SSLSocket open = connect(client);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(open.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(asked(open, answers)).startsWith("HTTP/1.1 200");
            before = (X509Certificate) open.getSession().getPeerCertificates()[0];
            authority.serve(folder, List.of("localhost"));
            await().atMost(RENEWED_WITHIN)
                    .until(() -> !shown(client).getSerialNumber().equals(before.getSerialNumber()));
            assertThat(shown(client)).isEqualTo(folder.read(CLOCK).certificate());
            assertThat(asked(open, answers)).startsWith("HTTP/1.1 200");
        }
    }

    /** Jetty has two connections for each of TLS, and each of ours must count once. */
    @Test
    void connectionsAreBoundedAsWithoutTls() throws Exception {
        SSLContext client = Trust.in(folder.ca().orElseThrow());
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_OF_AN_ADDRESS - 10; i++) {
                sockets.add(new Socket("localhost", web.port())); // never a handshake
            }
            try (SSLSocket open = connect(client);
                    BufferedReader answers =
                            new BufferedReader(new InputStreamReader(open.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(asked(open, answers)).startsWith("HTTP/1.1 200");
                assertThat(sockets.get(0).getInputStream().available()).isZero();
                assertThat(isEnded(sockets.get(0))).as("within the bound").isFalse();
                for (int i = 0; i < 20; i++) {
                    sockets.add(new Socket("localhost", web.port()));
                }
                await().until(() -> isEnded(sockets.get(0)));
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void badCertificateKeepsThePageFromStarting() throws Exception {
        TlsFolder bad = new TlsFolder(data.resolve("bad"));
        authority.serve(bad, List.of("localhost"));
        Files.copy(
                folder.folder().resolve("privkey.pem"),
                bad.folder().resolve("privkey.pem"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThatThrownBy(() -> Web.start(config(bad), accounts, Metrics.ofProcess()))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContaining("privkey.pem is not the key of the first certificate");
    }

    private static boolean isEnded(Socket socket) throws IOException {
        socket.setSoTimeout(200);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    private static String asked(SSLSocket open, BufferedReader answers) throws IOException {
        open.getOutputStream()
                .write("HEAD /login HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        String status = answers.readLine();
        for (String line = answers.readLine(); line != null && !line.isEmpty(); ) {
            line = answers.readLine();
        }
        return String.valueOf(status);
    }

    private static SSLSocket connect(SSLContext client) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", web.port());
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shown(SSLContext client) throws IOException {
        try (SSLSocket socket = connect(client)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static HttpResponse<String> get(SSLContext client, String host) throws Exception {
        return get(client, host, "/login");
    }

    private static HttpResponse<String> get(SSLContext client, String host, String path) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(client)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://" + host + ":" + web.port() + path))
                                .build(),
                        BodyHandlers.ofString());
    }
}
