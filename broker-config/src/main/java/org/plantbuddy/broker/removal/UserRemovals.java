package org.plantbuddy.broker.removal;

import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.services.publish.RetainedMessageStore;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.accounts.Removals;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.broker.arrival.Stamps;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes off the broker what it has of users who were removed: connections, sessions with what is queued for them, and
 * retained messages, which would otherwise meet whoever takes the name next.
 *
 * <p>{@link #look} is called every {@link #EVERY}. A look that finds nothing more of a user notes the newest stamp: all readings
 * up to it are the removed account's, and all later ones are not, since the name cannot be used before.
 */
public final class UserRemovals {

    public static final Duration EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(UserRemovals.class);

    /** What was under way when the account was removed, a sign-in or a message that is held, is in by then. */
    private static final long SURELY_IN_NS =
            PublishInterceptor.HELD_AT_MOST.plusSeconds(2).toNanos();

    private final Removals removals;
    private final ClientService clients;
    private final RetainedMessageStore retained;
    private final Stamps stamps;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Map<Removal, Long> firstSeen = new ConcurrentHashMap<>();

    public UserRemovals(Removals removals, ClientService clients, RetainedMessageStore retained, Stamps stamps) {
        this.removals = removals;
        this.clients = clients;
        this.retained = retained;
        this.stamps = stamps;
    }

    public void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        try {
            var unused = takeOff().whenComplete((done, failure) -> {
                looking.set(false);
                if (failure != null) {
                    LOG.warn("event=removals_not_finished cause=\"{}\"", failure.toString());
                }
            });
        } catch (RuntimeException e) {
            looking.set(false);
            LOG.warn("event=removals_not_checked cause={}", e.getClass().getSimpleName());
        }
    }

    private CompletableFuture<Void> takeOff() {
        Map<String, Removal> leaving = new HashMap<>();
        removals.pending().stream()
                .filter(removal -> removal.cutoffNs().isEmpty())
                .forEach(removal -> leaving.put(removal.user(), removal));
        firstSeen.keySet().retainAll(leaving.values());
        if (leaving.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        long now = System.nanoTime();
        Set<String> quiet = leaving.values().stream()
                .filter(removal -> now - firstSeen.computeIfAbsent(removal, first -> now) >= SURELY_IN_NS)
                .map(Removal::user)
                .collect(Collectors.toCollection(ConcurrentHashMap::newKeySet));
        return endSessions(leaving.keySet(), quiet)
                .thenCompose(done -> clearRetained(leaving.keySet(), quiet))
                .thenRun(() -> leaving.values().stream()
                        .filter(removal -> quiet.contains(removal.user()))
                        .forEach(this::finish));
    }

    private CompletableFuture<Void> endSessions(Set<String> users, Set<String> quiet) {
        Queue<String> found = new ConcurrentLinkedQueue<>();
        return clients.iterateAllClients((context, session) -> {
                    Optional<String> user = ClientIds.owner(session.getClientIdentifier())
                            .flatMap(UserRemovals::user)
                            .filter(users::contains);
                    boolean something = session.isConnected() || session.getSessionExpiryInterval() > 0;
                    if (user.isPresent() && something) {
                        found.add(session.getClientIdentifier());
                        quiet.remove(user.get());
                    }
                })
                .thenCompose(done -> each(found, this::end));
    }

    /** Without its will, which would be retained. */
    private CompletableFuture<Boolean> end(String clientId) {
        LOG.info("event=session_of_removed_user_ended client={}", Denials.printable(clientId));
        return clients.disconnectClient(clientId, true, DisconnectReasonCode.NOT_AUTHORIZED, "the account was removed")
                .thenCompose(disconnected -> clients.invalidateSession(clientId))
                .exceptionally(failure -> ended(clientId, failure));
    }

    /** It may have gone by itself meanwhile; whatever it was, the next look sees whether it is there. */
    private static boolean ended(String clientId, Throwable failure) {
        LOG.debug("event=session_not_ended client={} cause=\"{}\"", clientId, failure.toString());
        return false;
    }

    private CompletableFuture<Void> clearRetained(Set<String> users, Set<String> quiet) {
        Queue<String> found = new ConcurrentLinkedQueue<>();
        return retained.iterateAllRetainedMessages((context, message) -> {
                    String[] levels = message.getTopic().split("/", 3);
                    if (levels.length == 3 && levels[0].equals(Topics.ROOT) && users.contains(levels[1])) {
                        found.add(message.getTopic());
                        quiet.remove(levels[1]);
                    }
                })
                .thenCompose(done -> each(found, retained::remove));
    }

    private static CompletableFuture<Void> each(Queue<String> all, Function<String, CompletableFuture<?>> action) {
        List<CompletableFuture<?>> actions = all.stream().map(action).collect(Collectors.toList());
        return CompletableFuture.allOf(actions.toArray(CompletableFuture[]::new));
    }

    private void finish(Removal removal) {
        removals.sessionsEnded(removal, stamps.next());
        LOG.info("event=removed_user_left user={}", removal.user());
    }

    private static Optional<String> user(Principal principal) {
        if (principal instanceof Principal.Board board) {
            return Optional.of(board.user());
        }
        return principal instanceof Principal.Person person ? Optional.of(person.user()) : Optional.empty();
    }
}
