package org.plantbuddy.web.signin;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.UserCache;

/** Lets a request change something that is its own user's, so often. Thread-safe. */
public final class Changes {

    /** A person moves a slider; a program that writes without end would make the tasks slow for all. */
    public static final int A_MINUTE = 30;

    private final SignIn signIn;
    private final LoadingCache<String, AtomicInteger> counts;

    public Changes(SignIn signIn, Clock clock) {
        this.signIn = signIn;
        this.counts = UserCache.of(Duration.ofMinutes(1), clock, user -> new AtomicInteger());
    }

    /** Who makes the change, for the audit. */
    public static Actor actor(Session session, Context context) {
        return new Actor(session.user(), context.ip());
    }

    /**
     * The session whose user makes a change.
     *
     * @throws Problem 401 and 403 as {@link SignIn#requiredToChange}, 429 for one too many
     */
    public Session one(Context context) {
        return one(context, Scope.MANAGE);
    }

    /** The same of a change for which a token needs another scope. */
    public Session one(Context context, Scope needed) {
        Session session = signIn.requiredToChange(context, needed);
        if (counts.get(session.user()).incrementAndGet() > A_MINUTE) {
            context.header("Retry-After", "60");
            throw new Problem(429, "more than " + A_MINUTE + " changes in a minute", "wait a minute");
        }
        return session;
    }
}
