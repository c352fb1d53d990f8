package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Audit;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.accounts.PageSessions;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in and out. */
public final class SignIn {

    private static final Logger log = LoggerFactory.getLogger(SignIn.class);
    private static final Duration BROWSER_KNOWN_FOR = Duration.ofDays(180);

    /** Tries looked at, of an address from which many failed; an answer that is held back is none any more. */
    private static final int AT_ONCE_WHEN_SLOWED = 4;

    private final Users users;
    private final Audit audit;
    private final Sessions sessions;
    private final SignInThrottle throttle;
    private final FailedTries failures;
    private final LoginForm form;
    private final Cookies cookies;
    private final Origin origins;
    private final PasswordTurns turns;
    private final ConcurrentMap<String, Integer> underWay = new ConcurrentHashMap<>();

    SignIn(
            Users users,
            Audit audit,
            Sessions sessions,
            SignInThrottle throttle,
            FailedTries failures,
            PasswordTurns turns,
            LoginForm form,
            Cookies cookies,
            Origin origins) {
        this.users = users;
        this.audit = audit;
        this.sessions = sessions;
        this.throttle = throttle;
        this.failures = failures;
        this.turns = turns;
        this.form = form;
        this.cookies = cookies;
        this.origins = origins;
    }

    void showForm(Context context) {
        if (session(context).isPresent()) {
            context.redirect("/");
            return;
        }
        form.send(context, 200, "", "");
    }

    void signIn(Context context) throws InterruptedException {
        // Names are lower case; phones write the first letter of a field large.
        String user = Optional.ofNullable(context.formParam("user"))
                .orElse("")
                .strip()
                .toLowerCase(Locale.ROOT);
        String password = Optional.ofNullable(context.formParam("password")).orElse("");
        if (!form.isOurs(context)) {
            form.send(context, 403, form.say(context, "login.old"), user);
            return;
        }
        String claimed = Names.isUser(user) ? user : "";
        String address = FailedTries.network(context.ip());
        if (!begin(address, failures.isSlowed(address) && !origins.isKnown(context, claimed))) {
            tooMany(context, FailedTries.LONGEST, user);
            return;
        }
        try {
            tryPassword(context, user, password, origins.of(context, claimed));
        } finally {
            end(address);
        }
    }

    private void tryPassword(Context context, String user, String password, String origin) throws InterruptedException {
        Duration wait = throttle.waitOrTry(origin);
        if (!wait.isZero()) {
            tooMany(context, wait, user);
            return;
        }
        Optional<Optional<Users.Proven>> tried =
                turns.take(() -> Names.isUser(user) ? users.prove(user, password) : Optional.empty());
        if (tried.isEmpty()) {
            context.header("Retry-After", "5");
            form.send(context, 503, form.say(context, "login.busy"), user);
            return;
        }
        if (tried.get().isEmpty() || !admit(context, tried.get().get())) {
            String name = Names.isUser(user) ? user : ""; // else it may be a password, or what no database takes
            audit.add(new Actor("", context.ip()), AuditAction.SIGN_IN_FAILED, name, "");
            log.warn("sign-in refused user={} address={}", name.isEmpty() ? "?" : name, context.ip());
            failures.answer(context, () -> form.send(context, 401, form.say(context, "login.wrong"), user));
            return;
        }
        throttle.succeeded(origin);
    }

    /**
     * Signs in somebody who has proven to be this user, and sends them to their page.
     *
     * @return false when there is no such user any more
     */
    boolean admit(Context context, Users.Proven who) {
        if (begin(context, who).isEmpty()) {
            return false;
        }
        String user = who.user();
        audit.add(new Actor(user, context.ip()), AuditAction.SIGN_IN, user, "");
        cookies.write(context, CookieName.KNOWN_BROWSER, origins.knownBrowserCookie(user), BROWSER_KNOWN_FOR);
        cookies.remove(context, CookieName.FORM);
        context.redirect("/", io.javalin.http.HttpStatus.SEE_OTHER);
        return true;
    }

    /**
     * Begins a session instead of the one the browser has.
     *
     * @return its mark, as {@link Session#csrf} has it; empty when there is no such user any more
     */
    public Optional<String> begin(Context context, Users.Proven who) {
        String userAgent = Optional.ofNullable(context.userAgent()).orElse("");
        Optional<String> session = sessions.begin(who, userAgent);
        session.ifPresent(id -> {
            cookies.read(context, CookieName.SESSION).ifPresent(sessions::end);
            cookies.write(context, CookieName.SESSION, id, PageSessions.LONGEST);
        });
        return session.map(Sessions::csrf);
    }

    private boolean begin(String address, boolean slowed) {
        boolean[] mayTry = {true};
        underWay.compute(address, (key, before) -> {
            int others = before == null ? 0 : before;
            mayTry[0] = !slowed || others < AT_ONCE_WHEN_SLOWED;
            return mayTry[0] ? Integer.valueOf(others + 1) : before;
        });
        return mayTry[0];
    }

    private void end(String address) {
        underWay.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private void tooMany(Context context, Duration wait, String user) {
        long seconds = wait.toSeconds() + 1;
        context.header("Retry-After", Long.toString(seconds));
        form.send(context, 429, form.say(context, "login.tooMany", Map.of("seconds", seconds)), user);
    }

    void signOut(Context context) {
        inBrowser(context);
        requiredToChange(context);
        cookies.read(context, CookieName.SESSION).ifPresent(sessions::end);
        forget(context);
        context.status(204);
    }

    /** Takes the session away from the browser. */
    public void forget(Context context) {
        cookies.remove(context, CookieName.SESSION);
    }

    /** The id of the session that a browser comes with; empty where it has none. */
    public String id(Context context) {
        return cookies.read(context, CookieName.SESSION).orElse("");
    }

    public Optional<Session> session(Context context) {
        return cookies.read(context, CookieName.SESSION).flatMap(sessions::find);
    }

    /** Whom a page is for; empty when nobody is signed in, who is led to the form. */
    public Optional<Session> sessionOrForm(Context context) {
        Optional<Session> session = session(context);
        if (session.isEmpty()) {
            context.redirect("/login");
        }
        return session;
    }

    /**
     * Whom a request is from that reads: of a browser that is signed in, or with a token of scope {@code read} or {@code manage}.
     *
     * @throws Problem 401 when there is neither, 403 when the token has no such scope
     */
    public Session required(Context context) {
        return ofToken(context, Scope.READ).orElseGet(() -> ofBrowser(context));
    }

    /** Whether whom a request is from is still signed in, or its token holds; to be asked again and again. */
    public BooleanSupplier whileSignedIn(Context context) {
        return BearerTokens.whileItHolds(context).orElseGet(() -> whileInBrowser(context));
    }

    private BooleanSupplier whileInBrowser(Context context) {
        Optional<String> id = cookies.read(context, CookieName.SESSION);
        String stamp = ofBrowser(context).credentialStamp();
        return () -> id.flatMap(sessions::find)
                .filter(session -> session.credentialStamp().equals(stamp))
                .isPresent();
    }

    /**
     * Whom a request is from that changes something, which another site must not be able to make.
     *
     * @throws Problem 401 when nobody is signed in, 403 when the request does not carry the session's mark, or comes with a
     *     token without scope {@code manage}
     */
    public Session requiredToChange(Context context) {
        return requiredToChange(context, Scope.MANAGE);
    }

    /** The same of a change for which a token needs another scope. */
    Session requiredToChange(Context context, Scope needed) {
        Optional<Session> ofToken = ofToken(context, needed);
        if (ofToken.isPresent()) {
            return ofToken.get();
        }
        Session session = ofBrowser(context);
        String csrf = context.header("X-CSRF-Token");
        if (csrf == null || session.csrf().filter(own -> Signer.same(own, csrf)).isEmpty()) {
            throw new Problem(
                    403,
                    "the request does not carry this session's token",
                    "send the csrf value of /api/v1/me in the header X-CSRF-Token");
        }
        return session;
    }

    /**
     * Whom a request is from that no token makes.
     *
     * @throws Problem 401 when nobody is signed in, 403 for a token
     */
    public Session inBrowser(Context context) {
        if (BearerTokens.of(context).isPresent()) {
            throw new Problem(403, "no token may do this", "sign in at /login and do it there");
        }
        return ofBrowser(context);
    }

    private Session ofBrowser(Context context) {
        return session(context)
                .orElseThrow(() -> new Problem(401, "not signed in, or signed in too long ago", "sign in at /login"));
    }

    private static Optional<Session> ofToken(Context context, Scope needed) {
        return BearerTokens.of(context).map(bearer -> {
            if (!bearer.may(needed)) {
                context.header(
                        "WWW-Authenticate",
                        "Bearer realm=\"plantbuddy\", error=\"insufficient_scope\", scope=\"" + needed.text() + "\"");
                throw new Problem(
                        403,
                        "the token has not the scope " + needed.text(),
                        "make a token with this scope on the page");
            }
            return new Session(bearer.user(), Optional.empty(), bearer.credentialStamp());
        });
    }
}
