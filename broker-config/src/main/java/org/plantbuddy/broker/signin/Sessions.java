package org.plantbuddy.broker.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.config.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of each board and each person, connected or kept for later, so that none has more than it may: each message is
 * written to every session that wants it. Services have as many as they like. Thread-safe.
 *
 * <p>A new session of one that has them all ends the one that has been away longest; when all are connected it is refused. See
 * decision 0105.
 *
 * <p>{@link #look} is called at the start, before anybody signs in, and every {@link #EVERY}: it takes over what the broker
 * knows of, also from before its start, and forgets what has expired.
 */
public final class Sessions {

    public static final Duration EVERY = Duration.ofMinutes(1);

    /** A connection of before the extension's start. */
    private static final String EARLIER = "";

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final long most;
    private final long mostConnected;
    private final ClientService clients;
    private final Denials denials;
    private final Map<String, Map<String, Session>> ofPrincipals = new HashMap<>();

    /** Connections that ended before they were let in: checking a password takes a while. */
    private final Cache<String, Boolean> gone = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(1))
            .maximumSize(10_000)
            .build();

    private long departures;
    private boolean lookedBefore;

    /** Known by client id. */
    private static final class Session {
        final Set<String> connections = new HashSet<>(2);
        boolean kept = true;

        /** A number that grows; 0 for one that was away before the start. */
        long away;

        /** The last look found it otherwise in the broker. */
        boolean doubtful;

        boolean isConnected() {
            return !connections.isEmpty();
        }
    }

    public Sessions(long most, long mostConnected, ClientService clients, Denials denials) {
        this.most = most;
        this.mostConnected = mostConnected;
        this.clients = clients;
        this.denials = denials;
    }

    /**
     * A client signs in.
     *
     * @param connection names the connection, for {@link #leaves}
     * @param kept whether the session outlives the connection
     * @param address for the log
     * @return why it may not
     */
    synchronized Optional<Denied> enters(
            Principal principal, String clientId, String connection, boolean kept, String address) {
        if (principal instanceof Principal.Service || gone.getIfPresent(connection) != null) {
            return Optional.empty();
        }
        Map<String, Session> sessions = ofPrincipals.computeIfAbsent(principal.username(), name -> new HashMap<>());
        Optional<Session> known = Optional.ofNullable(sessions.get(clientId));
        boolean another = known.filter(Session::isConnected).isEmpty();
        if (another && sessions.values().stream().filter(Session::isConnected).count() >= mostConnected) {
            return Optional.of(
                    full(Denial.TOO_MANY_CONNECTIONS, principal, mostConnected + " connections", Key.MQTT_CONNECTIONS));
        }
        if (known.isEmpty() && !trim(sessions, most - 1, address)) {
            return Optional.of(
                    full(Denial.TOO_MANY_SESSIONS, principal, most + " sessions, all connected", Key.MQTT_SESSIONS));
        }
        Session session = sessions.computeIfAbsent(clientId, id -> new Session());
        session.connections.add(connection);
        session.kept = kept;
        session.doubtful = false;
        return Optional.empty();
    }

    private static Denied full(Denial denial, Principal principal, String most, Key key) {
        return new Denied(
                denial,
                principal.username() + " has " + most + ", and may have no more: end one, or let the operator raise "
                        + key.variable());
    }

    /** Ends sessions that are away, the longest away first, until there are no more than {@code left}; false: there are. */
    private boolean trim(Map<String, Session> sessions, long left, String address) {
        if (sessions.size() <= left) {
            return true;
        }
        List<Map.Entry<String, Session>> away = sessions.entrySet().stream()
                .filter(session -> !session.getValue().isConnected())
                .sorted(Comparator.comparing(session -> session.getValue().away))
                .limit(sessions.size() - left)
                .toList();
        for (Map.Entry<String, Session> session : away) {
            end(session.getKey(), address);
            sessions.remove(session.getKey());
        }
        return sessions.size() <= left;
    }

    private void end(String clientId, String address) {
        denials.add(
                Denial.TOO_MANY_SESSIONS,
                clientId,
                address,
                "its session was ended for a new one, as it was away longest and there may be no more than " + most
                        + " (" + Key.MQTT_SESSIONS.variable() + "): connect with the same client id each time");
        var unused = clients.invalidateSession(clientId).exceptionally(failure -> {
            LOG.debug(
                    "event=session_not_ended client={} cause=\"{}\"", Denials.printable(clientId), failure.toString());
            return false; // it ended by itself
        });
    }

    /** How many sessions may receive what a board publishes: the board's own and its user's. */
    public synchronized int receivers(Principal.Board board) {
        return count(board.username()) + count(board.user());
    }

    private int count(String username) {
        return ofPrincipals.getOrDefault(username, Map.of()).size();
    }

    /** The client changes, as it goes, how long its session is kept. */
    public synchronized void keeps(String clientId, long seconds) {
        find(clientId).ifPresent(session -> session.kept = seconds > 0);
    }

    /** A connection has ended, one that was let in or not. */
    synchronized void leaves(String clientId, String connection) {
        Optional<Session> left = find(clientId).filter(session -> session.connections.remove(connection));
        if (left.isEmpty()) {
            gone.put(connection, true);
            return;
        }
        left.filter(session -> !session.isConnected()).ifPresent(session -> {
            session.away = ++departures;
            if (!session.kept) {
                forget(clientId);
            }
        });
    }

    private Optional<Session> find(String clientId) {
        return ClientIds.owner(clientId)
                .flatMap(owner -> Optional.ofNullable(
                        ofPrincipals.getOrDefault(owner.username(), Map.of()).get(clientId)));
    }

    private void forget(String clientId) {
        ClientIds.owner(clientId)
                .ifPresent(owner -> ofPrincipals.computeIfPresent(owner.username(), (name, sessions) -> {
                    sessions.remove(clientId);
                    return sessions.isEmpty() ? null : sessions;
                }));
    }

    /** Compares with what the broker has. */
    public CompletableFuture<Void> look() {
        Map<String, Boolean> connected = new ConcurrentHashMap<>();
        return clients.iterateAllClients((context, session) -> {
                    if (session.isConnected() || session.getSessionExpiryInterval() > 0) {
                        connected.put(session.getClientIdentifier(), session.isConnected());
                    }
                })
                .thenRun(() -> compare(connected));
    }

    /** Never throws: the broker asks it again and again. */
    public void lookAgain() {
        try {
            var unused = look().exceptionally(failure -> notLooked(failure));
        } catch (RuntimeException e) {
            var unused = notLooked(e);
        }
    }

    private static @Nullable Void notLooked(Throwable failure) {
        LOG.warn("event=sessions_not_checked cause=\"{}\"", failure.toString());
        return null;
    }

    private synchronized void compare(Map<String, Boolean> connected) {
        connected.forEach((clientId, isConnected) -> {
            if (find(clientId).isEmpty()) {
                found(clientId, isConnected);
            }
        });
        Iterator<Map<String, Session>> all = ofPrincipals.values().iterator();
        while (all.hasNext()) {
            Map<String, Session> sessions = all.next();
            sessions.entrySet().removeIf(session -> isGone(session.getValue(), connected.get(session.getKey())));
            if (lookedBefore) { // at the first, nobody has had the time to come back
                var unused = trim(sessions, most, "none");
            }
            if (sessions.isEmpty()) {
                all.remove();
            }
        }
        lookedBefore = true;
    }

    private void found(String clientId, boolean isConnected) {
        ClientIds.owner(clientId)
                .filter(owner -> !(owner instanceof Principal.Service))
                .ifPresent(owner -> {
                    Session session = new Session();
                    if (isConnected) {
                        session.connections.add(EARLIER);
                    }
                    ofPrincipals
                            .computeIfAbsent(owner.username(), name -> new HashMap<>())
                            .put(clientId, session);
                });
    }

    /** Believes the broker when it says so twice: what changed while it was asked may not be in the answer. */
    private boolean isGone(Session session, @Nullable Boolean connected) {
        boolean asKnown = session.isConnected() ? Boolean.TRUE.equals(connected) : connected != null;
        if (asKnown || !session.doubtful) {
            session.doubtful = !asKnown;
            return false;
        }
        session.doubtful = false;
        session.connections.clear();
        session.away = ++departures;
        return connected == null;
    }
}
