package org.plantbuddy.broker.access;

import java.util.Optional;
import java.util.UUID;

/**
 * Binds client ids to principals: {@code sensor-1} of board {@code rick/01} becomes {@code rick/01|sensor-1}.
 *
 * <p>A session belongs to its client id. Bound so, nobody can take over, clean or drain the session of another, whatever
 * client id is asked for.
 */
public final class ClientIds {

    private static final char SEPARATOR = '|';

    /** Goes before the ids of clients without a usable name. They are refused by the sign-in that follows. */
    private static final String NOBODY = "?";

    /** What config.xml allows; the broker throws when an interceptor makes a longer one. */
    private static final int MAX_LENGTH = 194;

    private static final String TOO_LONG = NOBODY + SEPARATOR + "too-long";

    private ClientIds() {}

    /** The id under which the principal's client has its session. */
    public static String bound(Principal principal, String clientId) {
        return bind(principal.username(), clientId);
    }

    /** The id of a client that nobody can be. */
    public static String ofNobody(String clientId) {
        return bind(NOBODY, clientId);
    }

    /**
     * An id under which nothing else happens, for a client that is not let in. The broker does one thing after the other for
     * each client id, so with the id it asks for, who is made to wait would make the owner of that id wait as well.
     */
    public static String apart(Principal principal) {
        return bind(principal.username(), "refused-" + UUID.randomUUID());
    }

    /** An id the broker assigned comes back bound when its client reconnects: it is bound only once. */
    private static String bind(String owner, String clientId) {
        String prefix = owner + SEPARATOR;
        String bound = clientId.startsWith(prefix) ? clientId : prefix + clientId;
        return bound.length() <= MAX_LENGTH ? bound : TOO_LONG;
    }

    /** Whose session a bound client id names. */
    public static Optional<Principal> owner(String boundClientId) {
        int separator = boundClientId.indexOf(SEPARATOR);
        return separator < 0 ? Optional.empty() : Principal.of(boundClientId.substring(0, separator));
    }
}
