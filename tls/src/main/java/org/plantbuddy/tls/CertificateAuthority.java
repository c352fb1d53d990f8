package org.plantbuddy.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.plantbuddy.process.WholeFile;
import org.plantbuddy.text.Unseen;

/**
 * An authority of one's own: a certificate that boards and browsers are given once, and its key, with which those of the
 * server and of boards are signed. Lies in a folder of its own, laid out as a {@link TlsFolder}, which no server reads.
 */
public final class CertificateAuthority {

    private static final Duration OF_AUTHORITY = Duration.ofDays(3_650);

    /** Browsers refuse longer ones of the authorities they know. */
    private static final Duration OF_SERVER = Duration.ofDays(397);

    /** A board is flashed once, and its certificate ends with `device revoke`. */
    private static final Duration OF_BOARD = Duration.ofDays(1_825);

    /** For clients whose clock is behind. */
    private static final Duration BACKDATED = Duration.ofDays(1);

    private static final Pattern NAME = Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,250}[A-Za-z0-9])?");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Identity own;
    private final Clock clock;

    private CertificateAuthority(Identity own, Clock clock) {
        this.own = own;
        this.clock = clock;
    }

    /**
     * Makes one.
     *
     * @param folder becomes its owner's alone
     * @throws BadCertificateException when there is one already: all that know it would have to learn another
     */
    public static CertificateAuthority make(Path folder, Clock clock) throws IOException {
        TlsFolder files = new TlsFolder(folder);
        if (files.isFilled()) {
            throw new BadCertificateException("there is an authority in " + folder + " already, which boards may know:"
                    + " `plantbuddy tls renew` makes a new certificate of it. To begin anew, move that folder away");
        }
        Instant from = clock.instant().minus(BACKDATED);
        KeyPair keys = keys();
        X500Principal name =
                new X500Principal("CN=Plant Buddy CA " + HexFormat.of().toHexDigits(RANDOM.nextInt()));
        try {
            X509v3CertificateBuilder builder = certificate(
                            name, from, clock.instant().plus(OF_AUTHORITY), name, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            write(files, keys, List.of(signed(builder, keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorException e) {
            throw new IllegalStateException("no authority can be made on this Java", e);
        }
        return open(folder, clock);
    }

    /**
     * The one that was made in this folder.
     *
     * @throws BadCertificateException when there is none, or one that cannot be used any more
     */
    public static CertificateAuthority open(Path folder, Clock clock) {
        return new CertificateAuthority(new TlsFolder(folder).read(clock), clock);
    }

    /**
     * Puts a new certificate with a new key into a folder for page and broker, with the authority's own beside it: for
     * clients to know the server by, and for the broker to know boards' certificates by.
     *
     * @param hosts names and addresses by which clients look for the server; not empty
     * @throws BadCertificateException when one of them is neither
     */
    public void serve(TlsFolder folder, List<String> hosts) throws IOException {
        hosts.stream()
                .filter(host -> !Identity.isAddress(host) && !NAME.matcher(host).matches())
                .findFirst()
                .ifPresent(host -> {
                    throw new BadCertificateException(
                            "'" + Unseen.shown(host, 60) + "' is no name or address of a machine:"
                                    + " give it as clients look for it, such as plants.example.org or 192.168.1.10");
                });
        GeneralName[] names = hosts.stream()
                .map(host ->
                        new GeneralName(Identity.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        KeyPair keys = keys();
        try {
            Instant from = clock.instant().minus(BACKDATED);
            X509v3CertificateBuilder builder = leaf(hosts.get(0), from, OF_SERVER, keys, KeyPurposeId.id_kp_serverAuth)
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            String authority = pem(own.certificate());
            makeFolder(folder.folder());
            replace(folder.folder().resolve(TlsFolder.CA), authority, "rw-r--r--");
            replace(folder.folder().resolve(TlsFolder.CLIENT_CAS), authority, "rw-r--r--");
            write(folder, keys, List.of(signed(builder, own.key()), own.certificate()));
        } catch (GeneralSecurityException | OperatorException e) {
            throw new IllegalStateException("no certificate can be made on this Java", e);
        }
    }

    /**
     * Makes a certificate for a board, and its key, in a folder that holds neither yet.
     *
     * @param username of the board, {@code user/device}: its common name
     */
    public void board(Path folder, String username) throws IOException {
        TlsFolder files = new TlsFolder(folder);
        if (files.isFilled()) {
            throw new BadCertificateException(
                    "there is a certificate in " + folder + " already: name another folder for that of " + username);
        }
        KeyPair keys = keys();
        try {
            // Not backdated: only what was made after the board was added counts.
            Instant from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
            write(
                    files,
                    keys,
                    List.of(signed(leaf(username, from, OF_BOARD, keys, KeyPurposeId.id_kp_clientAuth), own.key())));
        } catch (GeneralSecurityException | OperatorException e) {
            throw new IllegalStateException("no certificate can be made on this Java", e);
        }
    }

    private X509v3CertificateBuilder leaf(
            String commonName, Instant from, Duration validity, KeyPair keys, KeyPurposeId purpose)
            throws GeneralSecurityException, IOException {
        Instant until = clock.instant().plus(validity);
        Instant last = own.expires();
        return certificate(
                        own.certificate().getSubjectX500Principal(),
                        from,
                        until.isBefore(last) ? until : last,
                        new X500Principal("CN=" + commonName),
                        keys)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own.certificate()));
    }

    private static X509v3CertificateBuilder certificate(
            X500Principal issuer, Instant from, Instant until, X500Principal subject, KeyPair keys)
            throws GeneralSecurityException, IOException {
        return new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(127, RANDOM).setBit(126), // never 0, always as long
                        Date.from(from),
                        Date.from(until),
                        subject,
                        keys.getPublic())
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    }

    /** A curve that boards have too. */
    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no curve P-256", e);
        }
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey by)
            throws GeneralSecurityException, OperatorException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by)));
    }

    /** The key first: until both are there, the folder is bad, and whoever watches it keeps what it has. */
    private static void write(TlsFolder folder, KeyPair keys, List<X509Certificate> chain) throws IOException {
        makeFolder(folder.folder());
        replace(folder.privateKey(), pem(new JcaPKCS8Generator(keys.getPrivate(), null)), WholeFile.OWNERS);
        replace(folder.certificates(), pem(chain), "rw-r--r--");
    }

    private static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void replace(Path file, String text, String mode) throws IOException {
        WholeFile.replace(file, mode, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String pem(List<X509Certificate> certificates) {
        return certificates.stream().map(CertificateAuthority::pem).collect(Collectors.joining());
    }

    private static String pem(Object of) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
