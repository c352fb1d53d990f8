package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import java.util.Optional;

/** Where a try to sign in comes from, as far as slowing down is concerned. */
final class Origin {

    private static final String PURPOSE = "known browser";

    private final Cookies cookies;
    private final Signer signer;

    Origin(Cookies cookies, Signer signer) {
        this.cookies = cookies;
        this.signer = signer;
    }

    /** The browser where this user signed in before, else the address with the name tried. */
    String of(Context context, String user) {
        return knownBrowser(context, user).orElseGet(() -> "address " + FailedTries.network(context.ip()) + " " + user);
    }

    /** Whether this user signed in with this browser before. */
    boolean isKnown(Context context, String user) {
        return knownBrowser(context, user).isPresent();
    }

    private Optional<String> knownBrowser(Context context, String user) {
        return cookies.read(context, CookieName.KNOWN_BROWSER).flatMap(cookie -> {
            String[] parts = cookie.split("\\.", 3);
            boolean known = parts.length == 3
                    && parts[0].equals(user)
                    && signer.isSigned(PURPOSE, parts[0] + "." + parts[1], parts[2]);
            return known ? Optional.of("browser " + parts[1]) : Optional.empty();
        });
    }

    /** What the cookie of a browser says once its user has signed in. */
    String knownBrowserCookie(String user) {
        String text = user + "." + Signer.random();
        return text + "." + signer.sign(PURPOSE, text);
    }
}
