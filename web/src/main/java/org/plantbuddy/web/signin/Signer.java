package org.plantbuddy.web.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.plantbuddy.config.Secret;

/**
 * Random ids, and marks that only the pages of this installation can have made.
 *
 * <p>The key is their token for InfluxDB, which they share: once it is replaced, old marks no longer count. Thread-safe.
 */
public final class Signer {

    private static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Supplier<Secret> key;

    Signer(Supplier<Secret> key) {
        this.key = key;
    }

    /** 256 random bits, safe in URLs, cookies and HTML. */
    public static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The mark of a text for one purpose; the mark of another purpose is of no use for it. */
    String sign(String purpose, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.get().text().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] mark = mac.doFinal((purpose + '\n' + text).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mark);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    boolean isSigned(String purpose, String text, String mark) {
        return same(sign(purpose, text), mark);
    }

    /** Compares in a time that does not depend on where the two differ. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
