package org.plantbuddy.bridge.http;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import org.plantbuddy.text.Sha256;

/** The secret a caller must bring as {@code Authorization: Bearer <secret>}. Immutable. */
public final class BearerSecret {

    private static final String SCHEME = "bearer ";

    private final byte[] hash;

    /**
     * @throws IllegalArgumentException when the secret is blank: an endpoint that anybody may call must not come up
     */
    public BearerSecret(Secret secret) {
        if (secret.text().isBlank()) {
            throw new IllegalArgumentException("the secret of /notify is empty; set PLANTBUDDY_NOTIFY_SECRET");
        }
        this.hash = Sha256.of(secret.text());
    }

    /** Compares hashes, in a time that tells neither where the two differ nor how long the secret is. */
    boolean matches(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(hash, Sha256.of(authorization.substring(SCHEME.length())));
    }
}
