package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.plantbuddy.accounts.StandingCredentials;
import org.plantbuddy.broker.access.Denials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections whose sign-in no longer holds.
 *
 * <p>{@link #look} is called every {@link #EVERY}: one question to the database, however many are connected. While the
 * database does not answer, connections stay.
 */
public final class Revocations {

    public static final Duration EVERY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    private final StandingCredentials credentials;
    private final ClientService clients;

    /** Marks by client id; of clients that have left, until the next looks. */
    private final Map<String, String> signedIn = new ConcurrentHashMap<>();

    private volatile Map<String, String> awayBefore = Map.of();

    public Revocations(StandingCredentials credentials, ClientService clients) {
        this.credentials = credentials;
        this.clients = clients;
    }

    /** A client signs in; the mark must be from before its secret was proven, so that no change in between is missed. */
    void signsIn(String clientId, String mark) {
        signedIn.put(clientId, mark);
    }

    public void look() {
        if (signedIn.isEmpty()) {
            return;
        }
        try {
            Map<String, String> before = Map.copyOf(signedIn);
            credentials.inUse(before.values());
            Set<String> standing = credentials.marks();
            before.forEach((clientId, mark) -> {
                if (!standing.contains(mark)) {
                    end(clientId, mark);
                }
            });
            forgetWhoLeft(before);
        } catch (RuntimeException e) {
            LOG.warn("event=revocations_not_checked cause={}", e.getClass().getSimpleName());
        }
    }

    private void end(String clientId, String mark) {
        boolean same = signedIn.remove(clientId, mark);
        if (!same) {
            return; // signed in again meanwhile
        }
        LOG.info("event=sign_in_revoked client={}", Denials.printable(clientId));
        var unused = clients.disconnectClient(
                        clientId, false, DisconnectReasonCode.NOT_AUTHORIZED, "what you signed in with no longer holds")
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("event=disconnect_failed client={} cause=\"{}\"", clientId, failure.toString());
                        signedIn.putIfAbsent(clientId, mark); // tried again at the next look
                    }
                });
    }

    /** Gone is who is not connected at two looks in a row: at one, it may be just about to be. */
    private void forgetWhoLeft(Map<String, String> before) {
        Set<String> connected = new HashSet<>();
        var unused = clients.iterateAllClients((context, session) -> {
                    if (session.isConnected()) {
                        connected.add(session.getClientIdentifier());
                    }
                })
                .thenRun(() -> {
                    Map<String, String> away = new HashMap<>(before);
                    away.keySet().removeAll(connected);
                    away.forEach((clientId, mark) -> {
                        if (mark.equals(awayBefore.get(clientId))) {
                            signedIn.remove(clientId, mark);
                        }
                    });
                    awayBefore = away;
                });
    }
}
