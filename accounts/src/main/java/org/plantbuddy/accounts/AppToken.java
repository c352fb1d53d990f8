package org.plantbuddy.accounts;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a token that a user gave to an app, but not the token.
 *
 * @param label what the user calls it
 * @param ends empty: not before it is revoked
 * @param used to ten minutes; empty: never, or before this was kept
 */
public record AppToken(
        String label, Set<Scope> scopes, Instant created, Optional<Instant> ends, Optional<Instant> used) {

    public AppToken {
        scopes = Set.copyOf(scopes);
    }
}
