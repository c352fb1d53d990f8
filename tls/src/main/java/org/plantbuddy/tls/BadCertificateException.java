package org.plantbuddy.tls;

import org.jspecify.annotations.Nullable;

/** Certificates that cannot be used. The message names the file, what is wrong, and what to do; it never holds a key. */
public final class BadCertificateException extends RuntimeException {

    BadCertificateException(String message) {
        this(message, null);
    }

    BadCertificateException(String message, @Nullable Exception cause) {
        super(message, cause);
    }
}
