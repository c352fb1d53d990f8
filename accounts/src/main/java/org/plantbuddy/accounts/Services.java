package org.plantbuddy.accounts;

import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** The system's own parts as MQTT principals. No user's name can be one of theirs. Thread-safe. */
public final class Services {

    public static final String BRIDGE = "$bridge";
    public static final String WEB = "$web";
    public static final String CANARY = "$canary";

    private static final Set<String> NAMES = Set.of(BRIDGE, WEB, CANARY);

    private final Jdbi jdbi;

    Services(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Sets the token of a service; an earlier one stops working.
     *
     * @throws AccountException when there is no such service
     */
    public void put(String name, String token) {
        if (!NAMES.contains(name)) {
            throw new AccountException("there is no service '" + name + "'; known ones: " + NAMES);
        }
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO services (name, token_hash) VALUES (:name, :hash)"
                        + " ON CONFLICT (name) DO UPDATE SET token_hash = excluded.token_hash")
                .bind("name", name)
                .bind("hash", Tokens.hash(token))
                .execute());
    }

    /** Whether this is the service's token. */
    public boolean authenticate(String name, String token) {
        Optional<String> hash =
                jdbi.withHandle(handle -> handle.createQuery("SELECT token_hash FROM services WHERE name = :name")
                        .bind("name", name)
                        .mapTo(String.class)
                        .findOne());
        return hash.map(stored -> Tokens.matches(token, stored)).orElse(false);
    }
}
