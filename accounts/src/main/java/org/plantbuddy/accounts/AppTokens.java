package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.topic.Names;

/** Tokens a user gives to apps instead of the password. Thread-safe. */
public final class AppTokens {

    /** Each stays until it is revoked, and is looked for at each sign-in. */
    static final int MOST = 100;

    public static final int MAX_LABEL = 64;

    public static final Duration LONGEST = Duration.ofDays(3_650);

    private final Jdbi jdbi;
    private final Clock clock;
    private final Actor actor;

    AppTokens(Jdbi jdbi, Clock clock, Actor actor) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Whose a token is, and what it may do.
     *
     * @param credentialStamp of the account, as {@link PageSessions.Session} has it
     */
    public record Bearer(String user, Set<Scope> scopes, String credentialStamp) {

        public Bearer {
            scopes = Set.copyOf(scopes);
        }

        private static final Set<Scope> REACHED = EnumSet.of(Scope.READ, Scope.NOTE);

        /** Who may change something may read it, too, and note what was done. */
        public boolean may(Scope scope) {
            return scopes.contains(scope) || (REACHED.contains(scope) && scopes.contains(Scope.MANAGE));
        }
    }

    /** Makes a token that signs in to the broker as the user, until it is revoked. Shown once. */
    public String create(String user, String label) {
        return create(user, label, Set.of(Scope.MQTT), Optional.empty());
    }

    /**
     * Makes a token. Shown once.
     *
     * @param label what the user calls it, 1 to 64 characters
     * @param valid how long; empty: until it is revoked
     * @throws AccountException when there is no such user, the label is too long, empty or has characters that cannot be seen,
     *     there is no scope, the time is not 1 to 3,650 days, or the user has too many
     */
    public String create(String user, String label, Set<Scope> scopes, Optional<Duration> valid) {
        if (label.isBlank()
                || label.length() > MAX_LABEL
                || !Unseen.shown(label, MAX_LABEL).equals(label)) {
            throw new AccountException("a token's label must have 1 to " + MAX_LABEL + " characters that can be seen");
        }
        if (scopes.isEmpty()) {
            throw new AccountException("a token must have a scope");
        }
        if (valid.filter(length -> length.compareTo(Duration.ofDays(1)) < 0 || length.compareTo(LONGEST) > 0)
                .isPresent()) {
            throw new AccountException(
                    "a token is valid for 1 to " + LONGEST.toDays() + " days, or until it is revoked");
        }
        String token = Tokens.random();
        jdbi.useTransaction(handle -> {
            if (!Users.hold(handle, user)) {
                throw Users.unknown(user);
            }
            int made = handle.createUpdate("INSERT INTO app_tokens (token_hash, user_name, label, created_at, scopes,"
                            + " expires_at) SELECT :hash, name, :label, :now, :scopes, :ends FROM users WHERE name = :user AND"
                            + " (SELECT COUNT(*) FROM app_tokens t WHERE t.user_name = :user) < :most")
                    .bind("hash", Tokens.hash(token))
                    .bind("user", user)
                    .bind("label", label)
                    .bind("now", clock.millis())
                    .bind("scopes", Scope.text(scopes))
                    .bind(
                            "ends",
                            valid.map(length -> clock.millis() + length.toMillis())
                                    .orElse(null))
                    .bind("most", MOST)
                    .execute();
            if (made == 0) {
                throw new AccountException("user '" + user + "' has " + MOST
                        + " app tokens already; revoke one first, on the page or by plantbuddy token revoke " + user
                        + " LABEL");
            }
            Audit.write(handle, clock, actor, AuditAction.TOKEN_ADD, user, label);
        });
        return token;
    }

    /** Whether this token signs in to the broker as the user. */
    public boolean authenticate(String user, String token) {
        return find(token)
                .filter(bearer -> bearer.user().equals(user) && bearer.scopes().contains(Scope.MQTT))
                .isPresent();
    }

    /**
     * Whose token this is; empty when it is nobody's, ended or was revoked. One row is read, by its key; that it was used is
     * written down now and then.
     */
    public Optional<Bearer> find(String token) {
        long now = clock.millis();
        Optional<Found> found =
                jdbi.withHandle(handle -> handle.createQuery("SELECT t.user_name, t.scopes, t.used_at, u.password_hash"
                                + " FROM app_tokens t JOIN users u ON u.name = t.user_name"
                                + " WHERE t.token_hash = :hash AND (t.expires_at IS NULL OR t.expires_at > :now)")
                        .bind("hash", Tokens.hash(token))
                        .bind("now", now)
                        .map((row, context) -> new Found(
                                new Bearer(
                                        row.getString("user_name"),
                                        Scope.set(row.getString("scopes")),
                                        Users.stamp(row.getString("password_hash"))),
                                row.getLong("used_at")))
                        .findOne());
        if (found.isPresent() && now - found.get().usedAt >= PageSessions.USE_NOTED_EVERY.toMillis()) {
            jdbi.useHandle(
                    handle -> handle.createUpdate("UPDATE app_tokens SET used_at = :now WHERE token_hash = :hash")
                            .bind("now", now)
                            .bind("hash", Tokens.hash(token))
                            .execute());
        }
        return found.map(Found::bearer);
    }

    /** @param usedAt 0: never */
    private record Found(Bearer bearer, long usedAt) {}

    /** The user's tokens, oldest first; also those that have ended. */
    public List<AppToken> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT label, scopes, created_at, expires_at, used_at FROM app_tokens"
                                + " WHERE user_name = :user ORDER BY created_at, label")
                .bind("user", user)
                .map((row, context) -> new AppToken(
                        row.getString("label"),
                        Scope.set(row.getString("scopes")),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        time(row.getLong("expires_at")),
                        time(row.getLong("used_at"))))
                .list());
    }

    private static Optional<Instant> time(long epochMs) {
        return epochMs == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(epochMs));
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
            Audit.write(handle, clock, actor, AuditAction.TOKEN_REVOKE, user, label);
        });
    }

    /** Takes all of the user's tokens away, in a transaction that changes what they came from. */
    static void revokeAll(Handle handle, Clock clock, Actor actor, String user) {
        int revoked = handle.createUpdate("DELETE FROM app_tokens WHERE user_name = :user")
                .bind("user", user)
                .execute();
        if (revoked > 0) {
            Audit.write(handle, clock, actor, AuditAction.TOKEN_REVOKE, user, "all " + revoked);
        }
    }
}
