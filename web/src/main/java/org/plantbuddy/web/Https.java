package org.plantbuddy.web;

import java.time.Clock;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.tls.TlsWatch;

/** The page's TLS. When the certificate is renewed, new connections see the new one, and those that are open stay. */
final class Https implements AutoCloseable {

    private final SslContextFactory.Server tls = new SslContextFactory.Server();
    private final TlsFolder folder;
    private final TlsWatch watch;

    private Https(TlsFolder folder, Clock clock) {
        this.folder = folder;
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setKeyStorePassword(Identity.STORE_PASSWORD);
        this.watch = TlsWatch.start(folder, clock, this::use);
    }

    /**
     * Empty where no certificate is configured.
     *
     * @throws org.plantbuddy.tls.BadCertificateException when it cannot be used
     */
    static Optional<Https> of(Config config, Clock clock) {
        return TlsFolder.of(config).map(folder -> new Https(folder, clock));
    }

    /** Who signed the certificate, as PEM, where clients do not know it. */
    Optional<String> authority() {
        return folder.authority();
    }

    private void use(Identity identity) {
        if (!tls.isRunning()) {
            tls.setKeyStore(identity.keyStore());
            return;
        }
        try {
            tls.reload(running -> running.setKeyStore(identity.keyStore()));
        } catch (Exception e) {
            throw new IllegalStateException("the page goes on with the certificate before: " + e.getMessage(), e);
        }
    }

    /** Takes the place of the server's own. */
    ServerConnector connector(Server server, HttpConfiguration http, Config config) {
        HttpConfiguration secure = new HttpConfiguration(http);
        // Not whether the name asked for is in the certificate: that is for the client to judge, and it may be an
        // address.
        secure.addCustomizer(new SecureRequestCustomizer(false));
        HttpConnectionFactory inside = new HttpConnectionFactory(secure);
        ServerConnector connector =
                new ServerConnector(server, new SslConnectionFactory(tls, inside.getProtocol()), inside);
        connector.setHost(config.text(Key.WEB_BIND));
        connector.setPort(config.port(Key.WEB_PORT));
        return connector;
    }

    @Override
    public void close() {
        watch.close();
    }
}
