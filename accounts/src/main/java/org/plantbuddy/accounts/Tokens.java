package org.plantbuddy.accounts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.plantbuddy.text.Sha256;

/**
 * Random tokens and how they are stored.
 *
 * <p>A token has 192 random bits, so a plain SHA-256 of it cannot be guessed back; looking a token up costs
 * microseconds, which matters when thousands of boards reconnect at once.
 */
public final class Tokens {

    /** Every token starts so: a leaked one is recognised by scanners, and it is never taken for a password. */
    public static final String PREFIX = "pb_";

    private static final int RANDOM_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** A new token of 192 random bits, safe in URLs, topics and shell words. */
    public static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static String hash(String token) {
        return Sha256.hex(token);
    }

    /** Compares in a time that does not depend on where the two differ. */
    static boolean matches(String token, String storedHash) {
        return MessageDigest.isEqual(
                hash(token).getBytes(StandardCharsets.US_ASCII), storedHash.getBytes(StandardCharsets.US_ASCII));
    }
}
