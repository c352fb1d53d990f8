package org.plantbuddy.bridge.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a minute which certificates the servers show, as clients see them, and for how long they are good. Says nothing
 * to the servers beyond the handshake, so it takes any certificate.
 */
public final class CertificateWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    /** While one does not answer, as at the start. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<URI> servers;
    private final Clock clock;
    private final Map<URI, Instant> expiries = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Vital.timer("certificate-watch", 1);
    private volatile Optional<String> problem = Optional.empty();

    private CertificateWatch(List<URI> servers, MeterRegistry meters, Clock clock) {
        this.servers = servers;
        this.clock = clock;
        for (URI server : servers) {
            Gauge.builder("plantbuddy.certificate.left.seconds", server, this::left)
                    .strongReference(true)
                    .description("For how long the certificate that a server shows is good; below 0: expired")
                    .tag("server", server.getAuthority())
                    .register(meters);
        }
    }

    /**
     * Starts.
     *
     * @param servers {@code host:port}, several with commas between
     * @throws ConfigException when they have another form
     */
    public static CertificateWatch start(String servers, MeterRegistry meters, Clock clock) {
        CertificateWatch watch = new CertificateWatch(
                Arrays.stream(servers.split(",", -1))
                        .map(CertificateWatch::server)
                        .toList(),
                meters,
                clock);
        watch.later(Duration.ofSeconds(1));
        return watch;
    }

    private static URI server(String text) {
        try {
            URI server = URI.create("tls://" + text.strip());
            if (server.getHost() != null && server.getPort() > 0) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("event=not_an_address text={}", text); // told below
        }
        throw new ConfigException(List.of(
                Key.TLS_WATCH.variable() + " must be host:port, several with commas between, and one is " + text));
    }

    private void later(Duration pause) {
        if (!thread.isShutdown()) {
            var unused = thread.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        Duration pause = EVERY;
        try {
            Optional<String> found = Optional.empty();
            for (URI server : servers) {
                Optional<String> wrong = wrong(server);
                found = found.or(() -> wrong);
                if (!expiries.containsKey(server)) {
                    pause = AGAIN;
                }
            }
            told(found);
        } finally {
            later(pause);
        }
    }

    private Optional<String> wrong(URI server) {
        try {
            Instant expires = shown(server).getNotAfter().toInstant();
            expiries.put(server, expires);
            return Optional.of(expires)
                    .filter(clock.instant()::isAfter)
                    .map(then -> "the certificate of " + server.getAuthority() + " expired at " + then
                            + ", and clients refuse it: renew it (plantbuddy tls renew, where it is of your"
                            + " own authority)");
        } catch (IOException | GeneralSecurityException e) {
            expiries.remove(server);
            return Optional.of(server.getAuthority() + " shows no certificate: " + e.getMessage());
        }
    }

    private void told(Optional<String> now) {
        if (now.isPresent() && !now.equals(problem)) {
            LOG.warn("event=certificate_not_well reason=\"{}\"", now.get());
        } else if (now.isEmpty() && problem.isPresent()) {
            LOG.info("event=certificates_well");
        }
        problem = now;
    }

    private static X509Certificate shown(URI server) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TakesAny()}, null);
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(server.getHost(), server.getPort()), (int) PATIENCE.toMillis());
            plain.setSoTimeout((int) PATIENCE.toMillis());
            try (SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, server.getHost(), server.getPort(), true)) {
                socket.startHandshake();
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
    }

    /** NaN while it is not known. */
    private double left(URI server) {
        return Optional.ofNullable(expiries.get(server))
                .map(expires -> Duration.between(clock.instant(), expires).toMillis() / 1_000.0)
                .orElse(Double.NaN);
    }

    /** A server whose certificate has expired, or that shows none; empty while all are well. */
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** The expired and the foreign too: this is what they are looked at for. */
    private static final class TakesAny extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, @Nullable SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
