package org.plantbuddy.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server shows its clients, and whom of them it believes.
 *
 * @param key of the first certificate
 * @param chain the server's certificate, then those that issued it
 * @param clientAuthorities who signs the certificates of clients; empty: nobody's count
 */
public record Identity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientAuthorities) {

    /** So long before it expires somebody should renew it. */
    public static final Duration RENEWED_BEFORE = Duration.ofDays(14);

    /** Of stores that are protected by their file's mode, not by this. */
    public static final String STORE_PASSWORD = "plantbuddy";

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*]?");

    public Identity {
        chain = List.copyOf(chain);
        clientAuthorities = List.copyOf(clientAuthorities);
    }

    /** The server's own. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** When clients begin to refuse it. */
    public Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    /** As OpenSSL shows it, hexadecimal. */
    public String serial() {
        return certificate().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    }

    /** The names and addresses it is for, names first as they stand there. */
    public List<String> hosts() {
        return hosts(certificate());
    }

    static List<String> hosts(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(Collection::stream)
                    .filter(name -> name.get(0) instanceof Integer kind && (kind == DNS_NAME || kind == IP_ADDRESS))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Whether a client that looks for this name or address accepts it. */
    public boolean isFor(String host) {
        return hosts().stream().anyMatch(of -> isSame(of.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT)));
    }

    private static boolean isSame(String of, String host) {
        if (isAddress(host)) {
            return isAddress(of) && address(of).equals(address(host));
        }
        int dot = host.indexOf('.');
        return of.equals(host)
                || (of.startsWith("*.") && dot > 0 && of.substring(1).equals(host.substring(dot)));
    }

    static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    /** Of a literal: nobody is asked. */
    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    /** Key and chain, as Java's TLS takes them. */
    public KeyStore keyStore() {
        KeyStore store = emptyStore();
        try {
            store.setKeyEntry("server", key, STORE_PASSWORD.toCharArray(), chain.toArray(X509Certificate[]::new));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a store in memory takes a key", e);
        }
        return store;
    }

    /** Whose signature makes a client's certificate count. */
    public KeyStore trustStore() {
        KeyStore store = emptyStore();
        try {
            for (int i = 0; i < clientAuthorities.size(); i++) {
                store.setCertificateEntry("client-authority-" + i, clientAuthorities.get(i));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a store in memory takes a certificate", e);
        }
        return store;
    }

    private static KeyStore emptyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has PKCS#12", e);
        }
    }
}
