package org.plantbuddy.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.WholeFile;
import org.plantbuddy.tls.BadCertificateException;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.tls.TlsWatch;

/**
 * The stores that HiveMQ reads its certificate from, kept equal to the PEM files of the operator's folder. HiveMQ looks at them
 * every ten seconds: who connects from then on sees the new certificate, and who is connected stays.
 */
final class TlsStores {

    /** In the broker's data folder; {@code tls-listeners.xml} names it too. */
    static final String FOLDER = "tls";

    private static final List<String> MODES = List.of("NONE", "OPTIONAL");

    private TlsStores() {}

    /** Why no listener can be opened with what is configured, and what to do. */
    static List<String> problems(Config config, Clock clock) {
        List<String> problems = new ArrayList<>();
        String mode = config.text(Key.MQTT_CLIENT_CERTIFICATES);
        if (!MODES.contains(mode)) {
            problems.add(Key.MQTT_CLIENT_CERTIFICATES.variable() + "=" + mode + " must be one of " + MODES);
        }
        try {
            Optional<Identity> identity = TlsFolder.of(config).map(folder -> folder.read(clock));
            if (clientCertificates(config) && identity.isEmpty()) {
                problems.add(Key.MQTT_CLIENT_CERTIFICATES.variable() + "=OPTIONAL needs TLS: set "
                        + Key.TLS_FOLDER.variable());
            } else if (clientCertificates(config)
                    && identity.orElseThrow().clientAuthorities().isEmpty()) {
                problems.add(Key.MQTT_CLIENT_CERTIFICATES.variable()
                        + "=OPTIONAL: nobody's certificates count yet. Put the certificate of the authority that signs"
                        + " those of boards into clients.pem in " + config.text(Key.TLS_FOLDER));
            }
        } catch (BadCertificateException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return problems;
    }

    /** Whether boards may sign in with a certificate. */
    static boolean clientCertificates(Config config) {
        return config.text(Key.MQTT_CLIENT_CERTIFICATES).equals("OPTIONAL");
    }

    /**
     * Writes them, and again whenever the folder changes, until closed; empty where no TLS is configured.
     *
     * @param data the broker's data folder
     * @throws ConfigException for {@link #problems}
     */
    static Optional<TlsWatch> keep(Config config, Path data, Clock clock) {
        List<String> problems = problems(config, clock);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return TlsFolder.of(config)
                .map(folder -> TlsWatch.start(folder, clock, identity -> write(identity, data.resolve(FOLDER))));
    }

    private static void write(Identity identity, Path folder) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            replace(folder.resolve("truststore.p12"), identity.trustStore());
            replace(folder.resolve("keystore.p12"), identity.keyStore());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, KeyStore store) throws IOException {
        WholeFile.replace(file, WholeFile.OWNERS, out -> {
            try {
                store.store(out, Identity.STORE_PASSWORD.toCharArray());
            } catch (GeneralSecurityException e) {
                throw new IOException("the certificate cannot be stored for HiveMQ: " + e, e);
            }
        });
    }
}
