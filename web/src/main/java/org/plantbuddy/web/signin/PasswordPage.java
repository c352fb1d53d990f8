package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.PasswordLinks;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.web.http.Assets;
import org.plantbuddy.web.http.Language;

/**
 * Where a link of an invitation, or of a lost password, leads: its user chooses a password and is signed in. Looking at it
 * uses nothing up, since programs look at links, too. It works without scripts.
 */
final class PasswordPage {

    private final PasswordLinks links;
    private final SignIn signIn;
    private final SignInThrottle throttle;
    private final FailedTries failures;
    private final PasswordTurns turns;
    private final LoginForm form;
    private final Assets assets;

    PasswordPage(
            PasswordLinks links,
            SignIn signIn,
            SignInThrottle throttle,
            FailedTries failures,
            PasswordTurns turns,
            LoginForm form,
            Assets assets) {
        this.links = links;
        this.signIn = signIn;
        this.throttle = throttle;
        this.failures = failures;
        this.turns = turns;
        this.form = form;
        this.assets = assets;
    }

    void show(Context context) {
        String link = Optional.ofNullable(context.queryParam("link")).orElse("");
        links.user(link).ifPresentOrElse(user -> send(context, 200, "", link, user), () -> over(context));
    }

    void set(Context context) throws InterruptedException {
        String link = Optional.ofNullable(context.formParam("link")).orElse("");
        String password = Optional.ofNullable(context.formParam("password")).orElse("");
        if (!form.isOurs(context)) {
            form.send(context, 403, form.say(context, "password.old"), "");
            return;
        }
        Optional<String> user = links.user(link);
        if (user.isEmpty()) {
            over(context);
            return;
        }
        String origin = "link of " + user.get();
        Duration wait = throttle.waitOrTry(origin);
        if (!wait.isZero()) {
            long seconds = wait.toSeconds() + 1;
            context.header("Retry-After", Long.toString(seconds));
            send(context, 429, form.say(context, "password.tooMany", Map.of("seconds", seconds)), link, user.get());
            return;
        }
        if (!password.equals(context.formParam("again"))) {
            send(context, 400, form.say(context, "password.differ"), link, user.get());
            return;
        }
        try {
            Optional<Optional<Users.Proven>> used = turns.take(() -> links.use(link, password, context.ip()));
            if (used.isEmpty()) {
                context.header("Retry-After", "5");
                send(context, 503, form.say(context, "password.busy"), link, user.get());
            } else if (used.get().isEmpty() || !signIn.admit(context, used.get().get())) {
                over(context);
            } else {
                throttle.succeeded(origin);
            }
        } catch (AccountException e) {
            send(context, 400, form.say(context, "password.unfit", Map.of("reason", e.getMessage())), link, user.get());
        }
    }

    /** Who guesses links is slowed as who guesses passwords. */
    private void over(Context context) {
        failures.answer(context, () -> form.send(context, 410, form.say(context, "password.over"), ""));
    }

    /**
     * Sends the form.
     *
     * @param message in the language of the browser; never anything a browser sent
     * @param link one that works, so of the characters of a token
     */
    private void send(Context context, int status, String message, String link, String user) {
        context.status(status)
                .contentType("text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(assets.page("password.html", Language.asked(context))
                        .replace("{{form}}", form.mark(context))
                        .replace("{{link}}", link)
                        .replace("{{user}}", user)
                        .replace("{{least}}", Integer.toString(Users.MIN_PASSWORD))
                        .replace("{{most}}", Integer.toString(Users.MAX_PASSWORD))
                        .replace("{{message}}", message));
    }
}
