package org.plantbuddy.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.TlsFolder;

/**
 * An authority of one's own in the data folder, and the certificate that it made for page and broker.
 *
 * @param data the data folder; the authority's key is in a folder beside the certificate's, which no server reads
 */
record OwnTls(Path data) {

    static final Path IN_A_CONTAINER = Path.of("/.dockerenv");

    static OwnTls of(Config config) {
        return new OwnTls(config.path(Key.DATA));
    }

    TlsFolder folder() {
        return new TlsFolder(data.resolve("tls"));
    }

    private Path authority() {
        return data.resolve("tls-ca");
    }

    /**
     * The configuration with TLS: the operator's folder, or else one's own certificate, made where it is missing.
     *
     * @param progress told when it is made
     */
    static Config on(Config config, Progress progress) throws IOException {
        if (config.speaksTls()) {
            return config;
        }
        OwnTls own = of(config);
        if (!own.folder().isFilled()) {
            progress.step(
                    "making an authority and a certificate in " + own.folder().folder());
            own.make(usualHosts(config));
        }
        return config.with(Map.of(Key.TLS_FOLDER, own.folder().folder().toString()));
    }

    /** Makes authority and certificate; an authority without a certificate makes a certificate. */
    void make(List<String> hosts) throws IOException {
        Clock clock = Clock.systemUTC();
        CertificateAuthority made = new TlsFolder(authority()).isFilled() && !folder().isFilled()
                ? CertificateAuthority.open(authority(), clock)
                : CertificateAuthority.make(authority(), clock);
        made.serve(folder(), hosts);
    }

    /** The authority that was made. */
    CertificateAuthority open() {
        return CertificateAuthority.open(authority(), Clock.systemUTC());
    }

    /** By what clients look for this machine. */
    static List<String> usualHosts(Config config) {
        Set<String> hosts = new LinkedHashSet<>();
        config.optional(Key.PUBLIC_HOST).ifPresent(hosts::add);
        hostName().ifPresent(hosts::add);
        hosts.addAll(List.of("localhost", "127.0.0.1", "::1"));
        return new ArrayList<>(hosts);
    }

    /** This machine's, which a container does not know. */
    static Optional<String> hostName() {
        try {
            return Files.exists(IN_A_CONTAINER)
                    ? Optional.empty()
                    : Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
