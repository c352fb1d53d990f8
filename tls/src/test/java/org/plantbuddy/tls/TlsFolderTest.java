package org.plantbuddy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFolderTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path data;

    private TlsFolder folder;
    private CertificateAuthority authority;

    @BeforeEach
    void make() throws IOException {
        folder = new TlsFolder(data.resolve("tls"));
        authority = CertificateAuthority.make(data.resolve("tls-ca"), CLOCK);
        authority.serve(folder, List.of("plants.example", "127.0.0.1", "::1", "*.garden.example"));
    }

    @Test
    void whatAnAuthorityOfOnesOwnMakesIsGoodAndItsKeysAreTheOwnersAlone() throws IOException {
        Identity identity = folder.read(CLOCK);
        assertThat(identity.chain()).hasSize(2);
        assertThat(identity.isFor("plants.example")).isTrue();
        assertThat(identity.isFor("Plants.Example")).isTrue();
        assertThat(identity.isFor("127.0.0.1")).isTrue();
        assertThat(identity.isFor("0:0:0:0:0:0:0:1")).isTrue();
        assertThat(identity.isFor("a.garden.example")).isTrue();
        assertThat(identity.isFor("a.b.garden.example")).isFalse();
        assertThat(identity.isFor("example")).isFalse();
        assertThat(identity.isFor("127.0.0.2")).isFalse();
        assertThat(identity.expires()).isBefore(CLOCK.instant().plus(Duration.ofDays(398)));
        for (String key : new String[] {"tls/privkey.pem", "tls-ca/privkey.pem"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(key))))
                    .isEqualTo("rw-------");
        }
        assertThat(data.resolve("tls-ca"))
                .satisfies(made -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                        .isEqualTo("rwx------"));
    }

    @Test
    void aSecondAuthorityIsRefusedAndTheFirstStays() throws IOException {
        String before = Files.readString(data.resolve("tls-ca/fullchain.pem"));
        assertThatThrownBy(() -> CertificateAuthority.make(data.resolve("tls-ca"), CLOCK))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContaining("plantbuddy tls renew");
        assertThat(data.resolve("tls-ca/fullchain.pem")).hasContent(before);
    }

    @Test
    void missingFilesAreNamedWithWhatBelongsThere() throws IOException {
        Files.delete(folder.privateKey());
        assertBad("privkey.pem is missing: put the key of the server's certificate there");
        Files.delete(folder.certificates());
        assertBad("fullchain.pem is missing: put the server's certificate there", "plantbuddy tls init");
    }

    @Test
    void keyThatEverybodyCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(folder.privateKey(), PosixFilePermissions.fromString("rw-r--r--"));
        assertBad("open to everybody on this machine (rw-r--r--)", "chmod 600 " + folder.privateKey());
        Files.setPosixFilePermissions(folder.privateKey(), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(folder.read(CLOCK)).isNotNull();
    }

    @Test
    void keyOfAnotherCertificateIsRefused() throws Exception {
        TlsFolder other = new TlsFolder(data.resolve("other"));
        authority.serve(other, List.of("localhost"));
        key(Files.readString(other.privateKey()));
        assertBad("is not the key of the first certificate in " + folder.certificates());
        key(pem(KeyPairGenerator.getInstance("RSA").generateKeyPair()));
        assertBad("is not the key of the first certificate in " + folder.certificates());
    }

    @Test
    void keysOfTheFormOfOpenSslAreTakenAndEncryptedOnesAreNot() throws Exception {
        Identity identity = folder.read(CLOCK);
        ECPrivateKey own = (ECPrivateKey) identity.key();
        key(pem(new PemObject(
                "EC PRIVATE KEY",
                new org.bouncycastle.asn1.sec.ECPrivateKey(256, own.getS(), X9ObjectIdentifiers.prime256v1)
                        .getEncoded())));
        assertThat(((ECPrivateKey) folder.read(CLOCK).key()).getS()).isEqualTo(own.getS());
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(
                    own,
                    new JcePEMEncryptorBuilder("AES-128-CBC")
                            .setProvider(new BouncyCastleProvider())
                            .build("secret".toCharArray()));
        }
        key(text.toString());
        assertBad("privkey.pem is encrypted", "openssl pkey");
    }

    @Test
    void whatIsNoPemIsRefused() throws IOException {
        String certificates = Files.readString(folder.certificates());
        for (String text :
                new String[] {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
            Files.writeString(folder.certificates(), text);
            assertBad("fullchain.pem holds no certificate as PEM");
        }
        Files.writeString(folder.certificates(), certificates);
        for (String text : new String[] {"", "hello", certificates}) {
            key(text);
            assertBad("privkey.pem holds no private key as PEM", "-----BEGIN PRIVATE KEY-----");
        }
    }

    @Test
    void chainInTheWrongOrderIsRefused() throws IOException {
        TlsFolder other = new TlsFolder(data.resolve("other"));
        authority.serve(other, List.of("localhost"));
        Files.writeString(
                folder.certificates(),
                Files.readString(folder.certificates()) + Files.readString(other.certificates()));
        assertBad("is not in order: CN=Plant Buddy CA", "is not signed by CN=localhost");
    }

    @Test
    void expiredAndNotYetValidOnesAreRefused() {
        assertThatThrownBy(() -> folder.read(Clock.offset(CLOCK, Duration.ofDays(398))))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContainingAll("the certificate of CN=plants.example", "expired at", "plantbuddy tls renew");
        assertThatThrownBy(() -> folder.read(Clock.offset(CLOCK, Duration.ofDays(-2))))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContainingAll("is valid from", "set the clock");
    }

    @Test
    void renewalIsToldOnceAndABadOneIsNot() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        try (TlsWatch watch = TlsWatch.start(folder, CLOCK, identity -> told.add(identity.serial()))) {
            assertThat(watch).isNotNull();
            String first = folder.read(CLOCK).serial();
            assertThat(told).containsExactly(first);
            String certificates = Files.readString(folder.certificates());
            Files.writeString(folder.certificates(), certificates.substring(0, 100)); // half written
            await().pollDelay(TlsWatch.EVERY.plusSeconds(1)).until(() -> told.size() == 1);
            authority.serve(folder, List.of("plants.example"));
            await().until(() -> told.size() == 2);
            assertThat(told.get(1)).isEqualTo(folder.read(CLOCK).serial()).isNotEqualTo(first);
        }
    }

    @Test
    void renewalThatWasNotTakenIsTriedAgainAndItsCauseToldOnce() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        Consumer<Identity> server = identity -> {
            if (tries.incrementAndGet() == 2) {
                throw new IllegalStateException("the server does not take it");
            }
            told.add(identity.serial());
        };
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (TlsWatch watch = TlsWatch.start(folder, CLOCK, server)) {
            assertThat(watch).isNotNull();
            TlsFolder next = new TlsFolder(data.resolve("next"));
            authority.serve(next, List.of("plants.example"));
            Files.setPosixFilePermissions(folder.privateKey(), PosixFilePermissions.fromString("rw-r--r--"));
            key(Files.readString(next.privateKey()));
            Files.writeString(folder.certificates(), Files.readString(next.certificates()));
            await().atMost(TlsWatch.EVERY.multipliedBy(6))
                    .pollDelay(TlsWatch.EVERY.multipliedBy(2).plusSeconds(1))
                    .until(() -> told.size() == 1);
            Files.setPosixFilePermissions(folder.privateKey(), PosixFilePermissions.fromString("rw-------"));
            await().atMost(TlsWatch.EVERY.multipliedBy(6)).until(() -> told.size() == 2);
            assertThat(told.get(1)).isEqualTo(folder.read(CLOCK).serial());
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("open to everybody")
                .containsOnlyOnce("the server does not take it");
    }

    private void key(String text) throws IOException {
        Files.writeString(folder.privateKey(), text);
    }

    private static String pem(Object of) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(of);
        }
        return text.toString();
    }

    private void assertBad(String... parts) {
        assertThatThrownBy(() -> folder.read(CLOCK))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContainingAll(parts);
    }
}
