package org.plantbuddy.broker.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were right before, so that their owners need not queue with those who guess for the costly hash.
 *
 * <p>Kept in memory only, and only as a code made with a key of this process; the code covers the mark of the password in
 * the database, so none is known any more once that has changed. Thread-safe.
 */
public final class KnownPasswords {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int REMEMBERED = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(24);

    private final SecretKeySpec key;
    private final Cache<String, byte[]> codes = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterAccess(FORGOTTEN_AFTER)
            .build();

    public KnownPasswords() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
    }

    /** This password is right while the database has this mark. */
    void add(String user, String password, String mark) {
        codes.put(user, code(password, mark));
    }

    boolean contains(String user, String password, String mark) {
        byte[] known = codes.getIfPresent(user);
        return known != null && MessageDigest.isEqual(known, code(password, mark));
    }

    private byte[] code(String password, String mark) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(mark.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
