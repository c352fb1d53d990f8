package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Links with which people choose their passwords themselves: each works once, and not for ever. Of its token only the hash
 * is kept. A new link, or a password set otherwise, takes the place of the one before. Thread-safe.
 */
public final class PasswordLinks {

    private final Jdbi jdbi;
    private final Clock clock;

    PasswordLinks(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Makes a link to choose a new password; the old one holds until then.
     *
     * @return the link's token, which is shown once
     * @throws AccountException when there is no such user
     */
    public String reset(String user, Duration valid) {
        return jdbi.inTransaction(handle -> {
            if (!Users.hold(handle, user)) {
                throw Users.unknown(user);
            }
            Audit.write(handle, clock, Actor.operator(), AuditAction.RESET_LINK, user, "");
            return put(handle, user, clock.millis() + valid.toMillis());
        });
    }

    /** In the transaction of what it is for; returns the token. */
    static String put(Handle handle, String user, long expiresAt) {
        String token = Tokens.random();
        handle.createUpdate("INSERT INTO password_links (user_name, token_hash, expires_at)"
                        + " VALUES (:user, :hash, :expires) ON CONFLICT (user_name) DO UPDATE SET"
                        + " token_hash = excluded.token_hash, expires_at = excluded.expires_at")
                .bind("user", user)
                .bind("hash", Tokens.hash(token))
                .bind("expires", expiresAt)
                .execute();
        return token;
    }

    /** Whose link this is; empty when it was used, replaced, has expired, or never was one. */
    public Optional<String> user(String token) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT user_name FROM password_links WHERE token_hash = :hash AND expires_at > :now")
                .bind("hash", Tokens.hash(token))
                .bind("now", clock.millis())
                .mapTo(String.class)
                .findOne());
    }

    /**
     * Sets the password of the link's user; the link has worked then.
     *
     * @param address where the request came from
     * @return the user, with the new password; empty as {@link #user}
     * @throws AccountException when the password is too short or too long; the link still works
     */
    public Optional<Users.Proven> use(String token, String password, String address) {
        Users.requireUsable(password);
        Optional<String> known = user(token);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        String user = known.get();
        String hash = Passwords.hash(password);
        return jdbi.inTransaction(handle -> {
            Users.hold(handle, user); // first, as all others do: two that wait for each other are a deadlock
            int used = handle.createUpdate("DELETE FROM password_links WHERE user_name = :user AND token_hash = :token"
                            + " AND expires_at > :now")
                    .bind("user", user)
                    .bind("token", Tokens.hash(token))
                    .bind("now", clock.millis())
                    .execute();
            if (used == 0) {
                return Optional.empty();
            }
            handle.createUpdate("UPDATE users SET password_hash = :hash WHERE name = :user")
                    .bind("user", user)
                    .bind("hash", hash)
                    .execute();
            Audit.write(handle, clock, new Actor(user, address), AuditAction.PASSWORD_CHANGE, user, "by link");
            return Optional.of(new Users.Proven(user, Users.stamp(hash)));
        });
    }

    /** In the transaction that sets a password otherwise. */
    static void forget(Handle handle, String user) {
        handle.createUpdate("DELETE FROM password_links WHERE user_name = :user")
                .bind("user", user)
                .execute();
    }
}
