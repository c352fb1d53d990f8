package org.plantbuddy.broker.hivemq;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.broker.access.Addresses;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.TokenBucket;
import org.plantbuddy.config.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every connection from the moment it is accepted, before anybody knows whose it is: bounded in all, for an address, in how fast an
 * address may open them, and as long as it has sent no CONNECT. Where there is no room the oldest that has sent none is closed, so that who says nothing keeps
 * nobody out; where there is none of those, the new one. Thread-safe.
 *
 * <p>HiveMQ CE does not offer this to extensions: it is reached from inside, see decision 0107.
 */
@ChannelHandler.Sharable
public final class Entrance extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(Entrance.class);
    private static final String NAME = "plantbuddy-entrance";

    /** In so many seconds an address may open as many connections as it may have. */
    private static final int SECONDS_TO_OPEN_ALL = 10;

    /** For {@link TokenBucket}, which has a second's worth by itself. */
    private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(SECONDS_TO_OPEN_ALL - 1);

    private static final int ADDRESSES_REMEMBERED = 100_000;

    private final Limits limits;
    private final Denials denials;
    private final Ticker ticker;
    private final Cache<String, TokenBucket> opening;
    private final Map<Channel, String> all = new HashMap<>();
    private final Map<String, Integer> ofAddresses = new HashMap<>();
    private final Set<Channel> silent = new LinkedHashSet<>();

    /**
     * How many connections there may be; 0 is no limit.
     *
     * @param silent that have sent no CONNECT yet
     * @param greeting how long one may be silent
     */
    public record Limits(long all, long ofAddress, long silent, Duration greeting) {}

    public Entrance(Limits limits, Denials denials, Ticker ticker) {
        this.limits = limits;
        this.denials = denials;
        this.ticker = ticker;
        this.opening = Caffeine.newBuilder()
                .maximumSize(ADDRESSES_REMEMBERED)
                .expireAfterAccess(Duration.ofSeconds(SECONDS_TO_OPEN_ALL * 2))
                .ticker(ticker)
                .build();
    }

    /**
     * Stands at the listeners that there are by now, once at each.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside
     */
    public void stand(ClientService clients) throws ReflectiveOperationException {
        listeners(clients).values().stream()
                .filter(listener -> listener instanceof Channel channel
                        && channel.pipeline().get(NAME) == null)
                .forEach(listener -> ((Channel) listener).pipeline().addFirst(NAME, this));
    }

    /** Leaves them. */
    public void leave(ClientService clients) throws ReflectiveOperationException {
        listeners(clients).values().forEach(listener -> {
            if (listener instanceof Channel channel && channel.pipeline().get(NAME) != null) {
                channel.pipeline().remove(NAME);
            }
        });
    }

    private static Map<?, ?> listeners(ClientService clients) throws ReflectiveOperationException {
        Object sessions = HiveMqInternals.field(clients, "clientSessionPersistence");
        Object connections = HiveMqInternals.field(sessions, "connectionPersistence");
        return (Map<?, ?>) HiveMqInternals.field(connections, "serverChannelMap");
    }

    /** Of a listener: what it reads are the connections it accepts. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (!(accepted instanceof Channel connection)) {
            context.fireChannelRead(accepted);
            return;
        }
        if (isLetIn(connection)) {
            connection.closeFuture().addListener(closed -> left(connection));
            connection.pipeline().addLast(new Greeting.Arrangement(this, limits.greeting()));
            context.fireChannelRead(accepted);
        } else {
            connection.unsafe().closeForcibly();
        }
    }

    private synchronized boolean isLetIn(Channel connection) {
        String address = network(connection);
        if (!mayOpen(address)) {
            refused(
                    address,
                    "the address opens more than " + limits.ofAddress() + " connections in " + SECONDS_TO_OPEN_ALL
                            + " s (" + Key.MQTT_SOCKETS_OF_ADDRESS.variable() + ")");
            return false;
        }
        int ofAddress = ofAddresses.getOrDefault(address, 0);
        if (isReached(limits.ofAddress(), ofAddress)
                && !makeRoom(Optional.of(address), "of one address", limits.ofAddress(), Key.MQTT_SOCKETS_OF_ADDRESS)) {
            return false;
        }
        if (isReached(limits.all(), all.size())
                && !makeRoom(Optional.empty(), "in all", limits.all(), Key.MQTT_SOCKETS)) {
            return false;
        }
        if (isReached(limits.silent(), silent.size())
                && !makeRoom(Optional.empty(), "without CONNECT", limits.silent(), Key.MQTT_SOCKETS_SILENT)) {
            return false;
        }
        all.put(connection, address);
        ofAddresses.merge(address, 1, Integer::sum);
        silent.add(connection);
        return true;
    }

    /** Each costs the broker work, also one that is closed at once. */
    private boolean mayOpen(String address) {
        if (limits.ofAddress() == 0) {
            return true;
        }
        long perSecond = Math.max(1, limits.ofAddress() / SECONDS_TO_OPEN_ALL);
        long now = ticker.read();
        return opening.get(address, key -> new TokenBucket(perSecond, now))
                .take(1, now, AT_ONCE)
                .isPresent();
    }

    private static boolean isReached(long limit, int count) {
        return limit > 0 && count >= limit;
    }

    /** Closes the oldest that has said nothing, of an address or of all; false when there is none. */
    private boolean makeRoom(Optional<String> of, String which, long limit, Key key) {
        Iterator<Channel> oldest = silent.iterator();
        while (oldest.hasNext()) {
            Channel next = oldest.next();
            String address = all.getOrDefault(next, "");
            if (of.isEmpty() || of.get().equals(address)) {
                forget(next);
                refused(
                        address,
                        limit + " connections " + which + " (" + key.variable()
                                + "): the oldest that had sent no CONNECT was closed");
                var unused = next.close();
                return true;
            }
        }
        refused(of.orElse("any"), limit + " connections " + which + " (" + key.variable() + "): one more was closed");
        return false;
    }

    private void refused(String address, String reason) {
        denials.add(Denial.TOO_MANY_SOCKETS, "unknown", address, reason);
    }

    /** A connection has sent its CONNECT. */
    synchronized void greeted(Channel connection) {
        silent.remove(connection);
    }

    /** A connection is closed for what it sent, or did not send. */
    void refused(Channel connection, Denial denial, String reason) {
        denials.add(denial, "unknown", network(connection), reason);
    }

    private synchronized void left(Channel connection) {
        forget(connection);
    }

    private void forget(Channel connection) {
        silent.remove(connection);
        String address = all.remove(connection);
        if (address != null) {
            ofAddresses.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private static String network(Channel connection) {
        InetAddress address =
                connection.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        return address == null ? "unknown" : Addresses.network(address);
    }

    /** A client is let in: its packets may be as large as any. */
    public static void signedIn(ConnectionInformation connection) {
        try {
            Greeting.over((Channel) HiveMqInternals.field(connection.getConnectionAttributeStore(), "channel"));
        } catch (ReflectiveOperationException e) {
            log.warn("entrance=not-left cause={}", e.toString());
        }
    }
}
