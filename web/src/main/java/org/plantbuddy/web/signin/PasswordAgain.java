package org.plantbuddy.web.signin;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Audit;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Problems;

/**
 * Asks somebody who is signed in for their password: a browser that was left open is not enough for what cannot be taken back.
 * Guesses are slowed as at the sign-in, but of this user alone: who took over one session signs nobody out of others. Thread-safe.
 */
public final class PasswordAgain {

    private final Users users;
    private final Audit audit;
    private final SignInThrottle throttle;
    private final FailedTries failures;
    private final PasswordTurns turns;

    PasswordAgain(Users users, Audit audit, SignInThrottle throttle, FailedTries failures, PasswordTurns turns) {
        this.users = users;
        this.audit = audit;
        this.throttle = throttle;
        this.failures = failures;
        this.turns = turns;
    }

    /**
     * Does some work for who gives the right password; else the request is answered with what is wrong.
     *
     * @param work may hash another password: it has the turn of this one
     * @return what the work returns; empty: the request is answered
     * @throws Problem 429 after too many tries, 503 when too many passwords are checked at once
     */
    public <T> Optional<T> prove(Context context, Session session, String password, Function<Users.Proven, T> work)
            throws InterruptedException {
        String user = session.user();
        String origin = "again " + user;
        Duration wait = throttle.waitOrTry(origin);
        if (!wait.isZero()) {
            long seconds = wait.toSeconds() + 1;
            context.header("Retry-After", Long.toString(seconds));
            throw new Problem(429, "too many wrong passwords", "wait " + seconds + " s and try again");
        }
        Optional<T> done = turns.take(() -> users.prove(user, password).map(who -> {
                    throttle.succeeded(origin);
                    return work.apply(who);
                }))
                .orElseThrow(() -> new Problem(503, "the server is busy", "try again in a few seconds"));
        if (done.isEmpty()) {
            audit.add(new Actor(user, context.ip()), AuditAction.SIGN_IN_FAILED, user, "asked again");
            failures.answer(
                    context,
                    () -> Problems.answer(
                            new Problem(403, "this is not your password", "type the one you sign in with"), context));
        }
        return done;
    }
}
