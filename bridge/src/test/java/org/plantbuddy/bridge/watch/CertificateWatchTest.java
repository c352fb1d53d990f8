package org.plantbuddy.bridge.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;

class CertificateWatchTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path data;

    private final MeterRegistry meters = new SimpleMeterRegistry();

    /** Shows a certificate of so long ago to whoever connects. */
    private ServerSocket server(Duration ago) throws Exception {
        Clock then = Clock.offset(CLOCK, ago.negated());
        TlsFolder folder = new TlsFolder(data.resolve("tls-" + ago));
        CertificateAuthority.make(data.resolve("ca-" + ago), then).serve(folder, List.of("localhost"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(folder.read(then).keyStore(), Identity.STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        ServerSocket server =
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> accept(server));
        accepting.setDaemon(true);
        accepting.start();
        return server;
    }

    private static void accept(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                int unused = client.getInputStream().read(); // the handshake, and then the end
            } catch (IOException e) {
                // closed, or a client that went
            }
        }
    }

    private double left(ServerSocket server) {
        return meters.get("plantbuddy.certificate.left.seconds")
                .tag("server", address(server))
                .gauge()
                .value();
    }

    private static String address(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    @Test
    void expiredCertificateIsAProblemAndForHowLongEachIsGoodIsMeasured() throws Exception {
        try (ServerSocket good = server(Duration.ofDays(300));
                ServerSocket expired = server(Duration.ofDays(400));
                CertificateWatch watch =
                        CertificateWatch.start(address(good) + ", " + address(expired), meters, CLOCK)) {
            await().until(() -> watch.problem().isPresent());
            assertThat(watch.problem())
                    .hasValueSatisfying(problem -> assertThat(problem)
                            .contains("the certificate of " + address(expired) + " expired at", "tls renew"));
            assertThat(Duration.ofSeconds((long) left(good))).isBetween(Duration.ofDays(96), Duration.ofDays(97));
            assertThat(left(expired)).isNegative();
        }
    }

    @Test
    void serverThatDoesNotAnswerIsAProblemUntilItDoes() throws Exception {
        ServerSocket gone = server(Duration.ZERO);
        gone.close();
        try (CertificateWatch watch = CertificateWatch.start(address(gone), meters, CLOCK)) {
            await().until(() -> watch.problem().isPresent());
            assertThat(watch.problem().orElseThrow()).startsWith(address(gone) + " shows no certificate");
            assertThat(left(gone)).isNaN();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:", "a b:1", "localhost:8883,", "localhost:99999x"})
    void whatIsNoAddressIsRefused(String servers) {
        assertThatThrownBy(() -> CertificateWatch.start(servers, meters, CLOCK))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PLANTBUDDY_TLS_WATCH must be host:port");
    }
}
