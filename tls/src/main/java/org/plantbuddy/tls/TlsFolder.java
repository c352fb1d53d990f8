package org.plantbuddy.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/**
 * The folder of PEM files that page and broker take their certificate from, as certbot names them. What is wrong with it is
 * told in a sentence, and nothing starts with it.
 *
 * @param folder need not exist
 */
public record TlsFolder(Path folder) {

    static final String CERTIFICATES = "fullchain.pem";
    static final String PRIVATE_KEY = "privkey.pem";
    static final String CA = "ca.pem";
    static final String CLIENT_CAS = "clients.pem";

    public TlsFolder {
        folder = folder.toAbsolutePath().normalize();
    }

    /** The one that is configured; empty: there is no TLS. */
    public static Optional<TlsFolder> of(Config config) {
        return config.optional(Key.TLS_FOLDER).map(Path::of).map(TlsFolder::new);
    }

    /** Whether there is a certificate, good or bad. */
    public boolean isFilled() {
        return Files.exists(certificates()) || Files.exists(privateKey());
    }

    Path certificates() {
        return folder.resolve(CERTIFICATES);
    }

    Path privateKey() {
        return folder.resolve(PRIVATE_KEY);
    }

    /** What clients need to know the server by, where it is signed by an authority they do not know: a file of PEM. */
    public Optional<Path> ca() {
        return Optional.of(folder.resolve(CA)).filter(Files::isRegularFile);
    }

    /** The text of {@link #ca}; of it only certificates, whatever else lies in the file. */
    public Optional<String> authority() {
        return ca().map(file -> CertificateAuthority.pem(certificates(file)));
    }

    /**
     * Reads and checks all of it.
     *
     * @throws BadCertificateException when clients would refuse it, or everybody on this machine can read the key
     */
    public Identity read(Clock clock) {
        X509Certificate own = first();
        require(privateKey(), "put the key of the server's certificate there");
        requirePrivate(privateKey());
        List<X509Certificate> chain = certificates(certificates());
        PrivateKey key = privateKey(own.getPublicKey());
        requireOrder(chain);
        chain.forEach(certificate -> requireValid(certificate, clock));
        Path clients = folder.resolve(CLIENT_CAS);
        return new Identity(key, chain, Files.exists(clients) ? certificates(clients) : List.of());
    }

    /**
     * The names and addresses that the certificate is for, also when it has expired.
     *
     * @throws BadCertificateException when there is none
     */
    public List<String> hosts() {
        return Identity.hosts(first());
    }

    private X509Certificate first() {
        require(certificates(), "put the server's certificate there, followed by those that issued it");
        return certificates(certificates()).get(0);
    }

    /**
     * For asking a server of this machine how it is: believes whoever has the key of this folder's certificate, under any
     * name, and nobody else, also after the certificate has expired.
     *
     * @throws BadCertificateException when there is no certificate
     */
    public SSLContext onlyThis() {
        X509Certificate only = first();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new OnlyThis(only)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private static void require(Path file, String fill) {
        if (!Files.isRegularFile(file)) {
            throw new BadCertificateException(file + " is missing: " + fill
                    + ", as PEM; or let `plantbuddy tls init` make a certificate of your own");
        }
        if (!Files.isReadable(file)) {
            throw new BadCertificateException(
                    file + " cannot be read by this process: give it to the user that it runs as (chown)");
        }
    }

    private static void requirePrivate(Path key) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(key);
            if (mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new BadCertificateException(key + " is open to everybody on this machine ("
                        + PosixFilePermissions.toString(mode) + "): chmod 600 " + key);
            }
        } catch (UnsupportedOperationException e) {
            return; // a file system without modes
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> read = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!read.isEmpty()) {
                return read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateException e) {
            throw notPem(file, "a certificate", "CERTIFICATE", e);
        }
        throw notPem(file, "a certificate", "CERTIFICATE", null);
    }

    private PrivateKey privateKey(PublicKey of) {
        try {
            PrivateKey key =
                    KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encodedKey()));
            if (belongs(key, of)) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw foreignKey(e);
        }
        throw foreignKey(null);
    }

    private BadCertificateException foreignKey(@Nullable Exception cause) {
        return new BadCertificateException(
                privateKey() + " is not the key of the first certificate in " + certificates()
                        + ": put the two there that were made together, the server's certificate first",
                cause);
    }

    private byte[] encodedKey() {
        Path file = privateKey();
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            for (@Nullable Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PrivateKeyInfo info) {
                    return info.getEncoded();
                }
                if (found instanceof PEMKeyPair pair) {
                    return pair.getPrivateKeyInfo().getEncoded();
                }
                if (found instanceof PEMEncryptedKeyPair || found instanceof PKCS8EncryptedPrivateKeyInfo) {
                    throw new BadCertificateException(file + " is encrypted: take its password off (openssl pkey -in "
                            + file.getFileName() + " -out plain.pem), its mode protects it");
                }
            }
        } catch (IOException e) {
            throw notPem(file, "a private key", "PRIVATE KEY", e);
        }
        throw notPem(file, "a private key", "PRIVATE KEY", null);
    }

    private static BadCertificateException notPem(Path file, String what, String mark, @Nullable Exception cause) {
        return new BadCertificateException(
                file + " holds no " + what.substring(2) + " as PEM: it must have a line -----BEGIN " + mark
                        + "-----; DER and PKCS#12 are turned into PEM by openssl",
                cause);
    }

    private static boolean belongs(PrivateKey key, PublicKey of) throws GeneralSecurityException {
        String algorithm = switch (of.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> of.getAlgorithm();
        };
        byte[] text = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        try {
            signature.initSign(key);
        } catch (InvalidKeyException e) {
            return false;
        }
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(of);
        signature.update(text);
        return signature.verify(signed);
    }

    private void requireOrder(List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new BadCertificateException(
                        certificates() + " is not in order: " + name(chain.get(i)) + " is not signed by "
                                + name(chain.get(i + 1))
                                + ", which follows it. Put the server's first, then each that signed the one before",
                        e);
            }
        }
    }

    private void requireValid(X509Certificate certificate, Clock clock) {
        if (certificate.getNotAfter().toInstant().isBefore(clock.instant())) {
            throw new BadCertificateException(
                    "the certificate of " + name(certificate) + " in " + certificates() + " expired at "
                            + certificate.getNotAfter().toInstant()
                            + ": renew it (plantbuddy tls renew, where it is of your own authority)");
        }
        if (certificate.getNotBefore().toInstant().isAfter(clock.instant())) {
            throw new BadCertificateException(
                    "the certificate of " + name(certificate) + " in " + certificates() + " is valid from "
                            + certificate.getNotBefore().toInstant() + " on, and this machine says it is "
                            + clock.instant() + ": set the clock, or wait");
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
