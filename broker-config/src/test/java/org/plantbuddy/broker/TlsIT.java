package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;

/** MQTT over TLS: clients know the broker, and boards with a certificate are known by it. */
class TlsIT {

    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(40);
    private static final String TOPIC = "plantbuddy/rick/01/light";

    @TempDir
    static Path data;

    private static TlsFolder folder;
    private static CertificateAuthority authority;
    private static TestBroker broker;
    private static Path ca;

    @BeforeAll
    static void start() throws Exception {
        folder = new TlsFolder(data.resolve("certificates"));
        authority = CertificateAuthority.make(data.resolve("authority"), CLOCK);
        authority.serve(folder, List.of("localhost"));
        ca = folder.ca().orElseThrow();
        broker = new TestBroker(
                data,
                Map.of(
                        Key.TLS_FOLDER, folder.folder().toString(),
                        Key.MQTT_TLS_PORT, "0",
                        Key.MQTT_CLIENT_CERTIFICATES, "OPTIONAL"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void boardsPublishOverTlsAndOverWebSocket() throws Exception {
        try (Paho bridge = broker.bridge().connect();
                Paho overWebSocket = Paho.to(
                                "wss://localhost:" + broker.broker().webSocketPort() + "/mqtt")
                        .over(trusting(ca))
                        .as("anna/01", broker.annaBoard)
                        .connect()) {
            bridge.subscribe("$share/bridge/plantbuddy/+/+/+");
            for (String version : new String[] {"mqttv311", "mqttv5"}) {
                Mosquitto.Ended ended = pub(version, "rick/01", broker.rickBoard, "-t", TOPIC, "-m", version);
                assertThat(ended.code()).as(ended.output()).isZero();
            }
            assertThat(overWebSocket.publish("plantbuddy/anna/01/light", "wss")).isZero();
            await().untilAsserted(() -> assertThat(bridge.payloads()).contains("mqttv311", "mqttv5", "wss"));
        }
    }

    @Test
    void clientsRefuseWhatIsForeignOfAnotherNameExpiredOrNotYetValid() throws Exception {
        CertificateAuthority.make(data.resolve("foreign"), CLOCK);
        Path foreign = data.resolve("foreign/fullchain.pem");
        Mosquitto.Ended unknown = Mosquitto.pub(
                broker.broker().tlsPort(),
                "mqttv5",
                "rick/01",
                broker.rickBoard,
                "-h",
                "localhost",
                "--cafile",
                "" + foreign,
                "-t",
                TOPIC,
                "-m",
                "1");
        assertThat(unknown.code()).as(unknown.output()).isNotZero();
        assertThat(unknown.output()).containsIgnoringCase("TLS error");
        Mosquitto.Ended otherName = Mosquitto.pub(
                broker.broker().tlsPort(),
                "mqttv5",
                "rick/01",
                broker.rickBoard,
                "--cafile",
                "" + ca,
                "-t",
                TOPIC,
                "-m",
                "1");
        assertThat(otherName.code()).as(otherName.output()).isNotZero();
        assertThat(otherName.output()).containsIgnoringCase("TLS error");

        Instant now = CLOCK.instant();
        assertThat(shown(trusting(ca, now))).isNotNull();
        assertThatThrownBy(() -> shown(trusting(foreign, now))).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> shown(trusting(ca, now.plus(Duration.ofDays(400)))))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining("NotAfter");
        assertThatThrownBy(() -> shown(trusting(ca, now.minus(Duration.ofDays(3)))))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining("NotBefore");
    }

    @Test
    void renewalIsSeenByNewConnectionsAndEndsNone() throws Exception {
        X509Certificate before = shown(trusting(ca));
        try (Paho open = Paho.to("ssl://localhost:" + broker.broker().tlsPort())
                .over(trusting(ca))
                .as("anna", Site.PASSWORD)
                .connect()) {
            authority.serve(folder, List.of("localhost"));
            await().atMost(RENEWED_WITHIN)
                    .until(() -> !shown(trusting(ca)).getSerialNumber().equals(before.getSerialNumber()));
            assertThat(shown(trusting(ca))).isEqualTo(folder.read(CLOCK).certificate());
            assertThat(open.disconnects).isEmpty();
            assertThat(open.subscribe("plantbuddy/anna/#")).isEqualTo(1);
        }
    }

    @Test
    void boardWithACertificateIsWhomItNamesUntilItIsRevoked() throws Exception {
        broker.accounts.devices().add("rick", "07");
        Path own = data.resolve("board-07");
        authority.board(own, "rick/07");
        SSLContext asBoard = trusting(ca, CLOCK.instant(), own);
        String uri = "ssl://localhost:" + broker.broker().tlsPort();
        try (Paho bridge = Paho.to(broker.uri())
                        .as(Services.BRIDGE, broker.bridge)
                        .clientId("b")
                        .connect();
                Paho board = Paho.to(uri).over(asBoard).connect();
                Paho overWebSocket = Paho.to(
                                "wss://localhost:" + broker.broker().webSocketPort() + "/mqtt")
                        .over(asBoard)
                        .clientId("two")
                        .connect()) {
            bridge.subscribe("$share/bridge/plantbuddy/+/+/+");
            assertThat(board.publish("plantbuddy/rick/07/light", "7")).isZero();
            assertThat(overWebSocket.publish("plantbuddy/rick/07/light", "8")).isZero();
            assertThat(board.publish(TOPIC, "7")).as("another board's topic").isNotZero();
            for (String version : new String[] {"mqttv311", "mqttv5"}) {
                Mosquitto.Ended ended = withCertificate(own, version, "", "", "plantbuddy/rick/07/light");
                assertThat(ended.code()).as(ended.output()).isZero();
            }

            long denied = broker.denied(Denial.WRONG_CERTIFICATE);
            Mosquitto.Ended asAnna =
                    withCertificate(own, "mqttv5", "anna/01", broker.annaBoard, "plantbuddy/anna/01/light");
            assertThat(asAnna.code()).as(asAnna.output()).isNotZero();
            Mosquitto.Ended asRick =
                    withCertificate(own, "mqttv311", "rick", Site.PASSWORD, "plantbuddy/rick/07/light");
            assertThat(asRick.code()).as(asRick.output()).isNotZero();
            assertThat(broker.denied(Denial.WRONG_CERTIFICATE)).isEqualTo(denied + 2);

            broker.accounts.devices().revoke("rick", "07");
            await().atMost(Duration.ofSeconds(30)).until(() -> !board.isConnected());
            assertThat(Paho.to(uri).over(asBoard).connectCode()).isNotZero();
            broker.accounts.devices().add("rick", "07"); // at least a second after the certificate was made
            assertThat(Paho.to(uri).over(asBoard).connectCode())
                    .as("of before it was added")
                    .isNotZero();
        }
        Path next = data.resolve("board-07-next");
        authority.board(next, "rick/07");
        try (Paho board = Paho.to(uri).over(trusting(ca, CLOCK.instant(), next))) {
            assertThat(board.connectCode()).isZero();
        }
    }

    @Test
    void certificatesOfPersonsServicesAndForeignAuthoritiesCountForNobody() throws Exception {
        for (String name : new String[] {"rick", "$bridge", "rick/nowhere", "no name"}) {
            Path own = data.resolve("of-" + name.replace('/', '-'));
            authority.board(own, name);
            Mosquitto.Ended ended = withCertificate(own, "mqttv5", "rick/01", broker.rickBoard, TOPIC);
            assertThat(ended.code()).as(name + " " + ended.output()).isNotZero();
            assertThat(withCertificate(own, "mqttv5", "", "", TOPIC).code())
                    .as(name)
                    .isNotZero();
        }
        Path foreign = data.resolve("of-a-stranger");
        CertificateAuthority.make(data.resolve("stranger"), CLOCK).board(foreign, "rick/01");
        assertThat(withCertificate(foreign, "mqttv5", "", "", TOPIC).code()).isNotZero();
        assertThat(withCertificate(folder.folder(), "mqttv5", "rick/01", broker.rickBoard, TOPIC)
                        .code())
                .as("the server's own")
                .isNotZero();
    }

    private static Mosquitto.Ended pub(String version, String username, String password, String... more)
            throws IOException, InterruptedException {
        return Mosquitto.pub(
                broker.broker().tlsPort(),
                version,
                username,
                password,
                Stream.concat(Stream.of("-h", "localhost", "--cafile", "" + ca), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private static Mosquitto.Ended withCertificate(
            Path own, String version, String username, String password, String topic)
            throws IOException, InterruptedException {
        return pub(
                version,
                username,
                password,
                "--cert",
                own.resolve("fullchain.pem").toString(),
                "--key",
                own.resolve("privkey.pem").toString(),
                "-t",
                topic,
                "-m",
                "5");
    }

    /** The certificate that a client sees who checks it as browsers do. */
    private static X509Certificate shown(SSLContext client) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory()
                .createSocket("localhost", broker.broker().tlsPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLContext trusting(Path authority) throws Exception {
        return trusting(authority, CLOCK.instant());
    }

    /** A client that knows one authority, and whose clock says that it is now. */
    private static SSLContext trusting(Path authority, Instant now, Path... own) throws Exception {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            known.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(known, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(new CertPathTrustManagerParameters(parameters));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        @Nullable
        KeyStore store =
                own.length == 0 ? null : new TlsFolder(own[0]).read(CLOCK).keyStore();
        keys.init(store, Identity.STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
