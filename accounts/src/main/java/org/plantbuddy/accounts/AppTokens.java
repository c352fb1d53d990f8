package org.plantbuddy.accounts;

import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.topic.Names;

/** Tokens a user gives to apps instead of the password. Thread-safe. */
public final class AppTokens {

    /** Each stays until it is revoked, and is looked for at each sign-in. */
    static final int MOST = 100;

    private static final int MAX_LABEL = 64;

    private final Jdbi jdbi;
    private final Clock clock;

    AppTokens(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Makes a token that signs in as the user. Shown once.
     *
     * @param label what the user calls it, 1 to 64 characters
     * @throws AccountException when there is no such user, the label is too long or empty, or the user has too many
     */
    public String create(String user, String label) {
        if (label.isBlank() || label.length() > MAX_LABEL) {
            throw new AccountException("a token's label must have 1 to " + MAX_LABEL + " characters");
        }
        String token = Tokens.random();
        jdbi.useTransaction(handle -> {
            if (!Users.hold(handle, user)) {
                throw Users.unknown(user);
            }
            int made = handle.createUpdate("INSERT INTO app_tokens (token_hash, user_name, label, created_at)"
                            + " SELECT :hash, name, :label, :now FROM users WHERE name = :user"
                            + " AND (SELECT COUNT(*) FROM app_tokens t WHERE t.user_name = :user) < :most")
                    .bind("hash", Tokens.hash(token))
                    .bind("user", user)
                    .bind("label", label)
                    .bind("now", clock.millis())
                    .bind("most", MOST)
                    .execute();
            if (made == 0) {
                throw new AccountException("user '" + user + "' has " + MOST
                        + " app tokens already; revoke one first: plantbuddy token revoke " + user + " LABEL");
            }
            Audit.write(handle, clock, Actor.operator(), AuditAction.TOKEN_ADD, user, label);
        });
        return token;
    }

    /** Whether this token signs in as the user. */
    public boolean authenticate(String user, String token) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT COUNT(*) FROM app_tokens WHERE token_hash = :hash AND user_name = :user")
                                .bind("hash", Tokens.hash(token))
                                .bind("user", user)
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    /** Labels of the user's tokens, oldest first. */
    public List<String> labels(String user) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT label FROM app_tokens WHERE user_name = :user ORDER BY created_at")
                        .bind("user", user)
                        .mapTo(String.class)
                        .list());
    }

    /**
     * Takes the user's tokens of this label away.
     *
     * @throws AccountException when there is none
     * @throws org.plantbuddy.topic.InvalidNameException when nobody can have that user name
     */
    public void revoke(String user, String label) {
        Names.requireUser(user);
        jdbi.useTransaction(handle -> {
            int revoked = handle.createUpdate("DELETE FROM app_tokens WHERE user_name = :user AND label = :label")
                    .bind("user", user)
                    .bind("label", label)
                    .execute();
            if (revoked == 0) {
                throw new AccountException("user '" + user + "' has no token '" + label + "'");
            }
            Audit.write(handle, clock, Actor.operator(), AuditAction.TOKEN_REVOKE, user, label);
        });
    }
}
