package org.plantbuddy.accounts;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/**
 * What signs in now, as marks: a mark names a principal and what it signed in with, without being of use to sign in.
 *
 * <p>Who keeps the mark of a sign-in can tell later, for thousands of them with one question to the database, which no
 * longer hold: the token was revoked or replaced, the password changed, the account removed or made anew. Thread-safe.
 */
public final class StandingCredentials {

    private static final String FORMER = "SELECT name AS username, token_hash AS hash FROM former_service_tokens";

    private static final String EVERYTHING = "SELECT user_name || '/' || name AS username, token_hash AS hash"
            + " FROM devices WHERE token_hash IS NOT NULL"
            + " UNION ALL SELECT user_name, token_hash FROM app_tokens WHERE expires_at IS NULL OR expires_at > :now"
            + " UNION ALL SELECT name, token_hash FROM services"
            + " UNION ALL " + FORMER
            + " UNION ALL SELECT name, password_hash FROM users";

    private final Jdbi jdbi;
    private final Clock clock;

    StandingCredentials(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** The mark of a sign-in with a token. */
    public String markOfToken(String username, String token) {
        return mark(username, Tokens.hash(token));
    }

    /** The mark of a sign-in with the password the user has now; of no use when there is no such user. */
    public String markOfPassword(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT password_hash FROM users WHERE name = :name")
                .bind("name", user)
                .mapTo(String.class)
                .findOne()
                .map(hash -> mark(user, hash))
                .orElse(""));
    }

    /** The mark of a board's token, for a sign-in that ends with it; of no use when the board has none. */
    public String markOfBoard(String user, String device) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT token_hash FROM devices WHERE user_name = :user"
                        + " AND name = :device AND token_hash IS NOT NULL")
                .bind("user", user)
                .bind("device", device)
                .mapTo(String.class)
                .findOne()
                .map(hash -> mark(user + "/" + device, hash))
                .orElse(""));
    }

    /** The marks of everything that signs in now. */
    public Set<String> marks() {
        return jdbi.withHandle(handle -> handle.createQuery(EVERYTHING)
                .bind("now", clock.millis())
                .map((row, context) -> mark(row.getString("username"), row.getString("hash")))
                .set());
    }

    /** Keeps that these are in use: a former token of a service among them is not withdrawn meanwhile. */
    public void inUse(Collection<String> marks) {
        jdbi.useHandle(handle -> handle.createQuery(FORMER)
                .map((row, context) -> List.of(row.getString("username"), row.getString("hash")))
                .filter(former -> marks.contains(mark(former.get(0), former.get(1))))
                .forEach(former -> Services.used(handle, former.get(0), former.get(1), clock.millis())));
    }

    private static String mark(String username, String storedHash) {
        return Tokens.hash(username + " " + storedHash);
    }
}
