package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookies of the page: never readable by scripts, never sent by other sites' requests that change something. Behind
 * TLS they are bound to this very host.
 */
final class Cookies {

    private final boolean secure;

    Cookies(boolean secure) {
        this.secure = secure;
    }

    Optional<String> read(Context context, CookieName name) {
        return Optional.ofNullable(context.cookie(nameOf(name))).filter(value -> !value.isEmpty());
    }

    /** @param age how long the browser keeps it; zero: until it is closed */
    void write(Context context, CookieName name, String value, Duration age) {
        int seconds = age.isZero() ? -1 : (int) age.toSeconds();
        set(context, name, value, seconds);
    }

    void remove(Context context, CookieName name) {
        set(context, name, "", 0);
    }

    private void set(Context context, CookieName name, String value, int maxAge) {
        SameSite sameSite = name == CookieName.SESSION ? SameSite.LAX : SameSite.STRICT;
        context.cookie(new Cookie(nameOf(name), value, "/", maxAge, secure, true, null, sameSite));
    }

    private String nameOf(CookieName name) {
        return (secure ? "__Host-" : "") + name.text();
    }
}
