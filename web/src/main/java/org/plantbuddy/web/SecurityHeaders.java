package org.plantbuddy.web;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** What every answer tells the browser to refuse: scripts not from this server, frames, guessing of types. */
final class SecurityHeaders implements Handler {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final String TWO_YEARS = "max-age=63072000";

    private final boolean tlsOnly;

    /** @param tlsOnly whether browsers are to take the whole host with TLS only from now on, also what is not of Plant Buddy */
    SecurityHeaders(boolean tlsOnly) {
        this.tlsOnly = tlsOnly;
    }

    @Override
    public void handle(Context context) {
        context.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                .header("Cache-Control", "no-store");
        if (tlsOnly) {
            context.header("Strict-Transport-Security", TWO_YEARS);
        }
    }
}
