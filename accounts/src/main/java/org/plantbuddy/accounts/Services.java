package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The system's own parts as MQTT principals. No user's name can be one of theirs. Thread-safe. */
public final class Services {

    public static final String BRIDGE = "$bridge";
    public static final String WEB = "$web";
    public static final String CANARY = "$canary";

    private static final Set<String> NAMES = Set.of(BRIDGE, WEB, CANARY);

    private final Jdbi jdbi;
    private final Clock clock;

    Services(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Sets the token of a service; earlier ones stop working.
     *
     * @throws AccountException when there is no such service
     */
    public void put(String name, String token) {
        jdbi.useTransaction(handle -> {
            put(handle, name, token);
            withdraw(handle, name, Long.MAX_VALUE);
        });
    }

    /**
     * The same, and the one before stays valid until it is withdrawn.
     *
     * @throws AccountException when there is no such service
     */
    public void replace(String name, String token) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("INSERT INTO former_service_tokens (name, token_hash, used_at)"
                            + " SELECT name, token_hash, :now FROM services WHERE name = :name"
                            + " ON CONFLICT (name, token_hash) DO NOTHING")
                    .bind("name", name)
                    .bind("now", clock.millis())
                    .execute();
            put(handle, name, token);
        });
    }

    private static void put(Handle handle, String name, String token) {
        if (!NAMES.contains(name)) {
            throw new AccountException("there is no service '" + name + "'; known ones: " + NAMES);
        }
        handle.createUpdate("INSERT INTO services (name, token_hash) VALUES (:name, :hash)"
                        + " ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash")
                .bind("name", name)
                .bind("hash", Tokens.hash(token))
                .execute();
    }

    /**
     * Withdraws former tokens of a service that nobody has used since.
     *
     * @return whether none is left
     */
    public boolean withdrawFormer(String name, Instant unusedSince) {
        return jdbi.inTransaction(handle -> {
            withdraw(handle, name, unusedSince.toEpochMilli());
            return handle.createQuery("SELECT COUNT(*) FROM former_service_tokens WHERE name = :name")
                            .bind("name", name)
                            .mapTo(Integer.class)
                            .one()
                    == 0;
        });
    }

    private static void withdraw(Handle handle, String name, long unusedSince) {
        handle.createUpdate("DELETE FROM former_service_tokens WHERE name = :name AND used_at <= :since")
                .bind("name", name)
                .bind("since", unusedSince)
                .execute();
    }

    static void used(Handle handle, String name, String hash, long now) {
        handle.createUpdate("UPDATE former_service_tokens SET used_at = :now WHERE name = :name AND token_hash = :hash")
                .bind("name", name)
                .bind("hash", hash)
                .bind("now", now)
                .execute();
    }

    /** Whether this is the service's token, or a former one that was not withdrawn yet. */
    public boolean authenticate(String name, String token) {
        return jdbi.withHandle(handle -> {
            List<String> stored = handle.createQuery("SELECT token_hash FROM services WHERE name = :name"
                            + " UNION ALL SELECT token_hash FROM former_service_tokens WHERE name = :name")
                    .bind("name", name)
                    .mapTo(String.class)
                    .list();
            return stored.stream().anyMatch(hash -> Tokens.matches(token, hash));
        });
    }
}
