package org.plantbuddy.broker.hivemq;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.admin.LifecycleStage;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.broker.access.Addresses;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.TokenBucket;
import org.plantbuddy.config.Key;

/**
 * Every connection from the moment it is accepted, before anybody knows whose it is: bounded in all, for an address, in how fast an
 * address may open them, and as long as it has sent no CONNECT. Where there is no room the oldest that has sent none is closed, so that who says nothing keeps
 * nobody out; where there is none of those, the new one. Thread-safe.
 *
 * <p>HiveMQ CE does not offer this to extensions: it is reached from inside, see decision 0107.
 */
@ChannelHandler.Sharable
public final class Entrance extends ChannelInboundHandlerAdapter implements AutoCloseable {

    /** The most that a CONNECT may have: names, a secret, a status as the will, and room for properties. */
    public static final int LARGEST_CONNECT = 8_192;

    private static final String NAME = "plantbuddy-entrance";

    private static final long LISTENERS_OPEN_MS = 20;

    /** In so many seconds an address may open as many connections as it may have. */
    private static final int SECONDS_TO_OPEN_ALL = 10;

    /** For {@link TokenBucket}, which has a second's worth by itself. */
    private static final long AT_ONCE = TimeUnit.SECONDS.toNanos(SECONDS_TO_OPEN_ALL - 1);

    private static final int ADDRESSES_REMEMBERED = 100_000;

    private final Limits limits;
    private final Denials denials;
    private final Map<?, ?> listeners;
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

    private Entrance(Limits limits, Denials denials, Map<?, ?> listeners) {
        this.limits = limits;
        this.denials = denials;
        this.listeners = listeners;
        this.opening = Caffeine.newBuilder()
                .maximumSize(ADDRESSES_REMEMBERED)
                .expireAfterAccess(Duration.ofSeconds(SECONDS_TO_OPEN_ALL * 2))
                .build();
    }

    /**
     * Stands at the listeners, also at those that open a little later than extensions start. {@link #close} leaves them.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside
     */
    public static Entrance open(Limits limits, Denials denials, ClientService clients, ScheduledExecutorService later)
            throws ReflectiveOperationException {
        HiveMqInternals.checkChannel();
        Object sessions = HiveMqInternals.field(Object.class, clients, "clientSessionPersistence");
        Object connections = HiveMqInternals.field(Object.class, sessions, "connectionPersistence");
        Entrance entrance =
                new Entrance(limits, denials, HiveMqInternals.field(Map.class, connections, "serverChannelMap"));
        entrance.stand(later);
        return entrance;
    }

    private void stand(ScheduledExecutorService later) {
        boolean areOpen = Services.adminService().getCurrentStage() == LifecycleStage.STARTED_SUCCESSFULLY;
        listeners.forEach((name, listener) -> {
            if (listener instanceof Channel channel && channel.pipeline().get(NAME) == null) {
                channel.pipeline().addFirst(NAME, this);
            }
        });
        if (!areOpen) {
            var unused = later.schedule(() -> stand(later), LISTENERS_OPEN_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        listeners.forEach((name, listener) -> {
            if (listener instanceof Channel channel && channel.pipeline().get(NAME) != null) {
                channel.pipeline().remove(NAME);
            }
        });
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
        Optional<String> any = Optional.empty();
        int ofAddress = ofAddresses.getOrDefault(address, 0);
        boolean hasRoom = hasRoom(
                        ofAddress,
                        limits.ofAddress(),
                        Key.MQTT_SOCKETS_OF_ADDRESS,
                        "of one address",
                        Optional.of(address))
                && hasRoom(all.size(), limits.all(), Key.MQTT_SOCKETS, "in all", any)
                && hasRoom(silent.size(), limits.silent(), Key.MQTT_SOCKETS_SILENT, "without CONNECT", any);
        if (hasRoom) {
            all.put(connection, address);
            ofAddresses.merge(address, 1, Integer::sum);
            silent.add(connection);
        }
        return hasRoom;
    }

    /** Each costs the broker work, also one that is closed at once. */
    private boolean mayOpen(String address) {
        if (limits.ofAddress() == 0) {
            return true;
        }
        long perSecond = Math.max(1, limits.ofAddress() / SECONDS_TO_OPEN_ALL);
        long now = System.nanoTime();
        return opening.get(address, key -> new TokenBucket(perSecond, now))
                .take(1, now, AT_ONCE)
                .isPresent();
    }

    /** Whether there may be one more; where not, the oldest that has said nothing, of an address or of all, makes room. */
    private boolean hasRoom(int count, long limit, Key key, String which, Optional<String> of) {
        if (limit == 0 || count < limit) {
            return true;
        }
        String rule = limit + " connections " + which + " (" + key.variable() + "): ";
        Optional<Channel> oldest = silent.stream()
                .filter(one -> of.isEmpty() || of.get().equals(all.get(one)))
                .findFirst();
        if (oldest.isEmpty()) {
            refused(of.orElse("any"), rule + "one more was closed");
            return false;
        }
        refused(all.getOrDefault(oldest.get(), ""), rule + "the oldest that had sent no CONNECT was closed");
        forget(oldest.get());
        var unused = oldest.get().close();
        return true;
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
    public void signedIn(ConnectionInformation connection) {
        HiveMqInternals.channel(connection).ifPresent(Greeting::over);
    }
}
