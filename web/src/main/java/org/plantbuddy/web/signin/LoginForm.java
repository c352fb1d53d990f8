package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.Assets;
import org.plantbuddy.web.http.Language;

/**
 * The sign-in form. It works without scripts, and only in the browser it was sent to: a hidden field must match a
 * cookie, so that another site cannot sign its visitor in to an account of its own.
 */
final class LoginForm {

    private static final String PURPOSE = "form";

    private final Assets assets;
    private final Cookies cookies;
    private final Signer signer;

    LoginForm(Assets assets, Cookies cookies, Signer signer) {
        this.assets = assets;
        this.cookies = cookies;
        this.signer = signer;
    }

    /**
     * Sends the form.
     *
     * @param message in the language of the browser; never anything a browser sent
     * @param user what was typed; shown again only when it can be a user's name
     */
    void send(Context context, int status, String message, String user) {
        String shown = Names.isUser(user) ? user : "";
        context.status(status)
                .contentType("text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(assets.page("login.html", Language.asked(context))
                        .replace("{{form}}", mark(context))
                        .replace("{{user}}", shown)
                        .replace("{{user-focus}}", shown.isEmpty() ? " autofocus" : "")
                        .replace("{{password-focus}}", shown.isEmpty() ? "" : " autofocus")
                        .replace("{{message}}", message));
    }

    /** What a form says, in the language of its browser. */
    String say(Context context, String key) {
        return say(context, key, Map.of());
    }

    /** The same with values for its places. */
    String say(Context context, String key, Map<String, Object> values) {
        return assets.catalogue(Language.asked(context)).text(key, values);
    }

    /** What a form carries that is sent to this browser now. */
    String mark(Context context) {
        String nonce = cookies.read(context, CookieName.FORM)
                .filter(text -> text.length() <= 64)
                .orElseGet(Signer::random);
        cookies.write(context, CookieName.FORM, nonce, Duration.ZERO);
        return signer.sign(PURPOSE, nonce);
    }

    /** Whether the form was sent by this server to this browser. */
    boolean isOurs(Context context) {
        String mark = context.formParam("form");
        return mark != null
                && cookies.read(context, CookieName.FORM)
                        .map(nonce -> signer.isSigned(PURPOSE, nonce, mark))
                        .orElse(false);
    }
}
