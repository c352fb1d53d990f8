package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

class TlsKeystoreTest {

    private static final String PASSWORD = "of the keystore";

    @TempDir
    static Path folder;

    private static Path pkcs12;

    @BeforeAll
    static void keystore() throws Exception {
        pkcs12 = keystore(folder.resolve("broker.p12"), "PKCS12", PASSWORD);
    }

    /** As the JDK makes one. */
    static Path keystore(Path file, String type, String keyPassword) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        type,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD,
                        "-keypass",
                        keyPassword)
                .redirectErrorStream(true)
                .start();
        String told = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(told).isZero();
        return file;
    }

    static Map<Key, String> keys(Path file) {
        return Map.of(Key.MQTT_TLS_KEYSTORE, file.toString(), Key.MQTT_TLS_KEYSTORE_PASSWORD, PASSWORD);
    }

    @Test
    void goodOnesOfBothKindsAreTaken() throws Exception {
        Path jks = keystore(folder.resolve("broker.jks"), "JKS", PASSWORD);
        assertThat(TlsKeystore.problem(with(keys(pkcs12)))).isEmpty();
        assertThat(TlsKeystore.problem(with(keys(jks)))).isEmpty();
        assertThat(TlsKeystore.problem(with(Map.of()))).isEmpty();
    }

    @Test
    void whatIsNoFileOrNoKeystoreIsSaidWithItsKey() throws Exception {
        Path pem = Files.writeString(folder.resolve("cert.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
        Path empty = Files.writeString(folder.resolve("empty.p12"), "");
        for (Path file : new Path[] {folder.resolve("nowhere.p12"), folder}) {
            assertThat(problem(keys(file)))
                    .contains("PLANTBUDDY_MQTT_TLS_KEYSTORE=" + file, "no file that this process can read");
        }
        for (Path file : new Path[] {pem, empty}) {
            assertThat(problem(keys(file)))
                    .contains("PLANTBUDDY_MQTT_TLS_KEYSTORE=" + file, "no JKS or PKCS#12 keystore", "openssl pkcs12");
        }
    }

    @Test
    void wrongPasswordIsSaidWithItsKeyAndNotShown() throws Exception {
        Path jks = keystore(folder.resolve("other.jks"), "JKS", PASSWORD);
        for (Path file : new Path[] {pkcs12, jks}) {
            assertThat(problem(Map.of(
                            Key.MQTT_TLS_KEYSTORE, file.toString(), Key.MQTT_TLS_KEYSTORE_PASSWORD, "another one")))
                    .contains("the password of", file.toString(), "PLANTBUDDY_MQTT_TLS_KEYSTORE_PASSWORD")
                    .doesNotContain("another one");
            assertThat(problem(Map.of(Key.MQTT_TLS_KEYSTORE, file.toString()))).contains("is wrong");
        }
        assertThat(problem(keys(keystore(folder.resolve("two.jks"), "JKS", "of the key alone"))))
                .contains("private key has another password");
    }

    @Test
    void keystoreOfCertificatesAloneIsSaidToHaveNoKey() throws Exception {
        KeyStore whole = KeyStore.getInstance(pkcs12.toFile(), PASSWORD.toCharArray());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("broker", whole.getCertificate("broker"));
        Path file = folder.resolve("certificates.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            certificates.store(out, PASSWORD.toCharArray());
        }
        assertThat(problem(keys(file))).contains("no private key");
    }

    private static String problem(Map<Key, String> keys) {
        return TlsKeystore.problem(with(keys)).orElse("");
    }

    private static Config with(Map<Key, String> keys) {
        return Config.load(Map.of()).with(keys);
    }
}
