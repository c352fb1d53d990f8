package org.plantbuddy.bridge.http;

import java.security.MessageDigest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import org.plantbuddy.text.Sha256;

/**
 * The secret a caller must bring as {@code Authorization: Bearer <secret>}; while it is being replaced, each line is one.
 * Asked for anew for each call. Thread-safe.
 */
public final class BearerSecret {

    private static final String SCHEME = "bearer ";

    private final Supplier<Secret> secret;

    /**
     * @throws IllegalArgumentException when the secret is blank: an endpoint that anybody may call must not come up
     */
    public BearerSecret(Supplier<Secret> secret) {
        if (secret.get().text().isBlank()) {
            throw new IllegalArgumentException("the secret of /notify is empty; set PLANTBUDDY_NOTIFY_SECRET");
        }
        this.secret = secret;
    }

    /** Compares hashes, in a time that tells neither where the two differ nor how long the secret is. */
    boolean matches(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] brought = Sha256.of(authorization.substring(SCHEME.length()));
        return secret.get()
                .text()
                .lines()
                .filter(line -> !line.isBlank())
                .anyMatch(line -> MessageDigest.isEqual(Sha256.of(line.strip()), brought));
    }
}
