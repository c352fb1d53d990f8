package org.plantbuddy.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.Optional;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;

/** Looks at the keystore before the broker starts: with one that it cannot use, HiveMQ starts without the TLS listener. */
final class TlsKeystore {

    /** Java reads PKCS#12 with it too, and HiveMQ asks for it. */
    private static final String TYPE = "JKS";

    private static final String FILE = Key.MQTT_TLS_KEYSTORE.variable();
    private static final String PASSWORD = Key.MQTT_TLS_KEYSTORE_PASSWORD.variable();

    private TlsKeystore() {}

    /** What is wrong with it, and what to do; empty where there is none, or all is well. Holds no secret. */
    static Optional<String> problem(Config config) {
        return config.optional(Key.MQTT_TLS_KEYSTORE)
                .flatMap(file -> problem(Path.of(file), password(config).toCharArray()));
    }

    /** Empty where none is given. */
    static String password(Config config) {
        return config.secret(Key.MQTT_TLS_KEYSTORE_PASSWORD).map(Secret::text).orElse("");
    }

    private static Optional<String> problem(Path file, char[] password) {
        String named = FILE + "=" + file;
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return Optional.of(named + " is no file that this process can read. Set it to the keystore of the TLS"
                    + " listener, or to nothing for a broker without TLS.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keystore = KeyStore.getInstance(TYPE);
            keystore.load(in, password);
            boolean hasKey = false;
            for (String alias : Collections.list(keystore.aliases())) {
                hasKey |= keystore.getKey(alias, password) != null;
            }
            return hasKey
                    ? Optional.empty()
                    : Optional.of(named + " holds no private key. Put the broker's key and its certificate in.");
        } catch (UnrecoverableKeyException e) {
            return Optional.of(named + " opens, but its private key has another password. Give both the same, "
                    + PASSWORD + " (keytool -keypasswd).");
        } catch (IOException e) {
            return Optional.of(
                    e.getCause() instanceof UnrecoverableKeyException
                            ? "the password of " + named + " is wrong. Set " + PASSWORD + " or " + PASSWORD
                                    + "_FILE to the one it was made with."
                            : named + " is no JKS or PKCS#12 keystore. Make one of certificate and key: openssl pkcs12"
                                    + " -export -in cert.pem -inkey key.pem -out broker.p12");
        } catch (GeneralSecurityException e) {
            return Optional.of(named + " cannot be used: " + e.getMessage() + ". Make another keystore.");
        }
    }
}
