package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.topic.Names;

/** The people: names and passwords. Thread-safe. */
public final class Users {

    /** Shorter passwords are refused. */
    public static final int MIN_PASSWORD = 8;

    /** Longer ones are refused: hashing a megabyte on every sign-in would be a way to stop the server. */
    public static final int MAX_PASSWORD = 256;

    private final Jdbi jdbi;
    private final Clock clock;
    private final Actor actor;

    Users(Jdbi jdbi, Clock clock, Actor actor) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Adds a user.
     *
     * @throws AccountException when the name is taken, or an earlier account of this name is not yet erased everywhere
     *     (see {@link Removals}), or the password is too short or too long
     * @throws org.plantbuddy.topic.InvalidNameException when the name breaks its pattern
     */
    public void add(String user, String password) {
        requireFree(Names.requireUser(user));
        String hash = Passwords.hash(requireUsable(password));
        jdbi.useTransaction(handle -> insert(handle, user, hash, AuditAction.USER_ADD));
    }

    /**
     * Makes a user who has no password, and so cannot sign in, and the token of a link to choose one, shown once.
     *
     * @throws AccountException as {@link #add}
     * @throws org.plantbuddy.topic.InvalidNameException as {@link #add}
     */
    public String invite(String user, Duration valid) {
        requireFree(Names.requireUser(user));
        String hash = Passwords.hash(Tokens.random()); // of nothing that anybody knows
        return jdbi.inTransaction(handle -> {
            insert(handle, user, hash, AuditAction.USER_INVITE);
            return PasswordLinks.put(handle, user, clock.millis() + valid.toMillis());
        });
    }

    private void insert(Handle handle, String user, String hash, AuditAction action) {
        int made = handle.createUpdate("INSERT INTO users (name, password_hash, created_at)"
                        + " SELECT n.name, :hash, :now FROM (SELECT CAST(:name AS VARCHAR(32)) AS name) n"
                        + " WHERE NOT EXISTS"
                        + " (SELECT 1 FROM removals r WHERE r.name = n.name AND r.erased_at IS NULL)"
                        + " ON CONFLICT DO NOTHING")
                .bind("name", user)
                .bind("hash", hash)
                .bind("now", clock.millis())
                .execute();
        if (made == 0) {
            throw taken(user);
        }
        Audit.write(handle, clock, actor, action, user, "");
    }

    private void requireFree(String user) {
        if (user.equals(Names.CANARY)) {
            throw new AccountException("'" + user + "' is the system's own user; choose another name");
        }
        if (exists(user)) {
            throw taken(user);
        }
    }

    private AccountException taken(String user) {
        return new Removals(jdbi, clock)
                .pending(user)
                .map(removal ->
                        new AccountException("an earlier user '" + user + "' is not removed everywhere yet: that"
                                + " waits for " + removal.waitsFor() + "; try again then, or choose another name"))
                .orElseGet(() -> new AccountException("user '" + user + "' exists already; choose another name"));
    }

    /**
     * Makes the user whose boards are the canaries of bridges, and this board of it. Nobody can sign in as either.
     */
    public void ensureCanary(String device) {
        Names.requireDevice(device);
        if (!exists(Names.CANARY)) {
            String hashOfNothingKnown = Passwords.hash(Tokens.random());
            jdbi.useHandle(handle -> handle.createUpdate(
                            "INSERT INTO users (name, password_hash, created_at) VALUES (:name, :none, :now)"
                                    + " ON CONFLICT DO NOTHING")
                    .bind("name", Names.CANARY)
                    .bind("none", hashOfNothingKnown)
                    .bind("now", clock.millis())
                    .execute());
        }
        jdbi.useHandle(handle -> handle.createUpdate(
                        "INSERT INTO devices (user_name, name, created_at) VALUES (:user, :name, :now)"
                                + " ON CONFLICT DO NOTHING")
                .bind("user", Names.CANARY)
                .bind("name", device)
                .bind("now", clock.millis())
                .execute());
    }

    /** When the account was made: what belongs to an earlier account of the same name has another. */
    public Optional<Instant> createdAt(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT created_at FROM users WHERE name = :name")
                .bind("name", user)
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
    }

    /**
     * Gives a user a new password.
     *
     * @throws AccountException when there is no such user or the password is too short or too long
     */
    public void changePassword(String user, String password) {
        String hash = Passwords.hash(requireUsable(password));
        jdbi.useTransaction(handle -> {
            int changed = handle.createUpdate("UPDATE users SET password_hash = :hash WHERE name = :name")
                    .bind("name", user)
                    .bind("hash", hash)
                    .execute();
            if (changed == 0) {
                throw unknown(user);
            }
            PasswordLinks.forget(handle, user);
            Audit.write(handle, clock, actor, AuditAction.PASSWORD_CHANGE, user, "");
        });
    }

    /**
     * Gives a user the password that they choose instead of the one they have proven. Their sessions end, by the password that
     * they began with.
     *
     * @param tokensToo whether all app tokens are taken away; else they stay
     * @return the user with the new password; empty when the account has another password by now, or is gone
     * @throws AccountException when the password is too short or too long
     */
    public Optional<Proven> changePassword(Proven old, String password, boolean tokensToo) {
        String hash = Passwords.hash(requireUsable(password));
        return jdbi.inTransaction(handle -> {
            hold(handle, old.user());
            boolean same = hash(handle, old.user())
                    .filter(kept -> stamp(kept).equals(old.credentialStamp()))
                    .isPresent();
            if (!same) {
                return Optional.empty();
            }
            handle.createUpdate("UPDATE users SET password_hash = :hash WHERE name = :name")
                    .bind("name", old.user())
                    .bind("hash", hash)
                    .execute();
            PasswordLinks.forget(handle, old.user());
            Audit.write(handle, clock, actor, AuditAction.PASSWORD_CHANGE, old.user(), "");
            if (tokensToo) {
                AppTokens.revokeAll(handle, clock, actor, old.user());
            }
            return Optional.of(new Proven(old.user(), stamp(hash)));
        });
    }

    private static Optional<String> hash(Handle handle, String user) {
        return handle.createQuery("SELECT password_hash FROM users WHERE name = :name")
                .bind("name", user)
                .mapTo(String.class)
                .findOne();
    }

    /**
     * Somebody who has proven to be a user.
     *
     * @param credentialStamp of the password that proved it: the account has another after a new password, and where it was
     *     removed and made again under the same name. Not a secret, and says nothing of the password
     */
    public record Proven(String user, String credentialStamp) {}

    /** Whether this is the user's password. Takes as long for a user who does not exist. */
    public boolean signIn(String user, String password) {
        return prove(user, password).isPresent();
    }

    /** As {@link #signIn}, for what begins with it and ends with the password. */
    public Optional<Proven> prove(String user, String password) {
        if (password.length() > MAX_PASSWORD) {
            return Optional.empty();
        }
        Optional<String> hash = jdbi.withHandle(handle -> hash(handle, user));
        if (hash.isEmpty()) {
            Passwords.checkForNobody(password);
            return Optional.empty();
        }
        return hash.filter(kept -> Passwords.matches(password, kept)).map(kept -> new Proven(user, stamp(kept)));
    }

    static String stamp(String passwordHash) {
        return Tokens.hash(passwordHash);
    }

    /** Whether the user may see the operator's page. */
    public boolean isOperator(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT operator FROM users WHERE name = :name")
                .bind("name", user)
                .mapTo(Integer.class)
                .findOne()
                .filter(role -> role == 1)
                .isPresent());
    }

    /**
     * Lets a user see the operator's page, or no longer.
     *
     * @throws AccountException when there is no such user
     */
    public void setOperator(String user, boolean operator) {
        jdbi.useTransaction(handle -> {
            int changed = handle.createUpdate("UPDATE users SET operator = :role WHERE name = :name")
                    .bind("role", operator ? 1 : 0)
                    .bind("name", user)
                    .execute();
            if (changed == 0) {
                throw unknown(user);
            }
            Audit.write(handle, clock, actor, AuditAction.ROLE_SET, user, operator ? "operator" : "no operator");
        });
    }

    /** How the user reads the page. */
    public Preferences preferences(String user) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT language, temperature_unit FROM users WHERE name = :name")
                .bind("name", user)
                .map((row, context) -> new Preferences(
                        Optional.ofNullable(row.getString("language")), row.getString("temperature_unit")))
                .findOne()
                .orElse(Preferences.USUAL));
    }

    /** Sets how the user reads the page. */
    public void setPreferences(String user, Preferences preferences) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE users SET language = :language, temperature_unit = :unit WHERE name = :name")
                .bind("language", preferences.language().orElse(null))
                .bind("unit", preferences.temperatureUnit())
                .bind("name", user)
                .execute());
    }

    public boolean exists(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM users WHERE name = :name")
                        .bind("name", user)
                        .mapTo(Integer.class)
                        .one()
                > 0);
    }

    /**
     * Returns {@code user} when there is such a user.
     *
     * @throws AccountException otherwise
     * @throws org.plantbuddy.topic.InvalidNameException where nobody can have that name
     */
    public String requireExisting(String user) {
        if (!exists(user)) {
            throw unknown(user);
        }
        return user;
    }

    /** Names of all users, sorted; without the system's own. */
    public List<String> list() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT name FROM users WHERE name <> :canary ORDER BY name")
                        .bind("canary", Names.CANARY)
                        .mapTo(String.class)
                        .list());
    }

    /**
     * Removes the account and everything this database holds of it, and starts to remove the rest: see {@link Removals}.
     * What stays are the rows that say when it was removed, and by whom.
     *
     * @throws AccountException when there is no such user
     */
    public void remove(String user) {
        jdbi.useTransaction(handle -> remove(handle, user));
    }

    /**
     * The same for who does not want the account any more.
     *
     * @throws AccountException when there is no such user, or nobody else sees the operator's page; also of several who go at
     *     once one stays
     */
    public void removeOwn(String user) {
        jdbi.useTransaction(handle -> {
            handle.execute("UPDATE users SET operator = operator WHERE operator = 1"); // others who go wait
            List<String> operators = handle.createQuery("SELECT name FROM users WHERE operator = 1")
                    .mapTo(String.class)
                    .list();
            if (operators.equals(List.of(user))) {
                throw new AccountException(
                        "nobody else sees the operator's page: first let somebody, by plantbuddy user set"
                                + " NAME --operator, or give it up, by plantbuddy user set " + user + " --no-operator");
            }
            remove(handle, user);
        });
    }

    private void remove(Handle handle, String user) {
        Audit.forget(handle, user);
        Audit.write(handle, clock, actor, AuditAction.USER_REMOVE, user, "");
        int removed = handle.createUpdate("DELETE FROM users WHERE name = :name AND name <> :canary")
                .bind("name", user)
                .bind("canary", Names.CANARY)
                .execute();
        if (removed == 0) {
            throw unknown(user);
        }
        Removals.start(handle, user, clock.millis());
    }

    /**
     * Holds the user until the transaction ends, so that what is counted for a limit stays so until it is used: others who
     * add for the same user wait. By a statement that both databases have.
     *
     * @return whether there is such a user
     */
    static boolean hold(Handle handle, String user) {
        return handle.createUpdate("UPDATE users SET created_at = created_at WHERE name = :name")
                        .bind("name", user)
                        .execute()
                > 0;
    }

    /** @throws org.plantbuddy.topic.InvalidNameException when nobody can have that name, with one that is allowed */
    static AccountException unknown(String user) {
        Names.requireUser(user);
        return new AccountException("there is no user '" + user + "'; add one with: plantbuddy user add " + user);
    }

    static String requireUsable(String password) {
        if (password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD) {
            throw new AccountException("a password must have " + MIN_PASSWORD + " to " + MAX_PASSWORD
                    + " characters; this one has " + password.length());
        }
        if (password.startsWith(Tokens.PREFIX)) {
            throw new AccountException("a password must not start with " + Tokens.PREFIX
                    + ": the broker would take it for an app token; choose another");
        }
        return password;
    }
}
