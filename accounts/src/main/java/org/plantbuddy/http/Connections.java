package org.plantbuddy.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * The connections of a server: how many there are, and how long each may keep it waiting.
 *
 * <p>What is awaited is a request, head and body, or that its answer is taken. Bytes that trickle in do not put the deadline
 * off. With too many connections the one goes for which the server has waited longest, of the address that has most: who is
 * new is let in, and who is being served stays. Those with an answer that goes on, see {@link HttpLimits#stream}, are counted by
 * who lets them go on. Thread-safe.
 */
final class Connections extends Handler.Wrapper {

    static final int MOST = 1_000;
    static final int MOST_OF_AN_ADDRESS = 500;

    /** For a whole request, from the end of the last one or from when its head was here. */
    static final Duration REQUEST_WITHIN = Duration.ofSeconds(20);

    private static final long LOOKED_AT_EVERY_S = 1;

    private final Server server;
    private final boolean boundAddresses;
    private final Duration answeredWithin;
    private final Map<EndPoint, Visit> visits = new LinkedHashMap<>();
    private final Map<EndPoint, Visit> streams = new HashMap<>();
    private final Map<String, Integer> ofAddress = new HashMap<>();

    private final class Visit implements HttpLimits.Stream {

        private final EndPoint endPoint;
        private final String address;
        private long since = System.nanoTime();
        private boolean served;
        private boolean closing;

        Visit(EndPoint endPoint, String address) {
            this.endPoint = endPoint;
            this.address = address;
        }

        boolean isLate(long now) {
            return now - since > (served ? answeredWithin : REQUEST_WITHIN).toNanos();
        }

        @Override
        public void taken() {
            synchronized (Connections.this) {
                since = System.nanoTime();
            }
        }

        @Override
        public void end(String reason, Runnable then) {
            server.getThreadPool().execute(() -> {
                endPoint.close(new TimeoutException(reason));
                then.run();
            });
        }
    }

    /**
     * Of this server.
     *
     * @param boundAddresses whether one address has a bound of its own; a proxy's has not
     * @param answeredWithin for serving a request, until the client has the answer
     */
    Connections(Server server, boolean boundAddresses, Duration answeredWithin) {
        this.server = server;
        this.boundAddresses = boundAddresses;
        this.answeredWithin = answeredWithin;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        mark(request, false);
        return super.handle(request, response, callback);
    }

    /** Goes around what serves a request whose body is here. */
    Handler.Wrapper serving() {
        return new Handler.Wrapper() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                mark(request, true);
                Request.addCompletionListener(request, failure -> mark(request, false));
                return super.handle(request, response, callback);
            }
        };
    }

    /** Over TLS two of Jetty's connections share one: what is encrypted, and what is in it. */
    private static EndPoint socket(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        return endPoint instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : endPoint;
    }

    private Connection.Listener listener() {
        return new Connection.Listener() {
            @Override
            public void onOpened(Connection connection) {
                opened(socket(connection));
            }

            @Override
            public void onClosed(Connection connection) {
                closed(socket(connection));
            }
        };
    }

    private synchronized void mark(Request request, boolean served) {
        EndPoint endPoint = socket(request.getConnectionMetaData().getConnection());
        Visit over = streams.remove(endPoint);
        if (over != null) {
            visits.put(endPoint, over);
            ofAddress.merge(over.address, 1, Integer::sum);
        }
        Visit visit = visits.get(endPoint);
        if (visit != null) {
            visit.served = served;
            visit.since = System.nanoTime();
        }
    }

    /** Counts a connection that is being served no more; empty when it has just gone. */
    synchronized Optional<HttpLimits.Stream> stream(Request request) {
        EndPoint endPoint = socket(request.getConnectionMetaData().getConnection());
        Visit visit = visits.get(endPoint);
        if (visit == null) {
            return Optional.empty();
        }
        closed(endPoint);
        streams.put(endPoint, visit);
        return Optional.of(visit);
    }

    private void opened(EndPoint endPoint) {
        tooMany(endPoint)
                .ifPresent(visit -> server.getThreadPool()
                        .execute(() -> visit.endPoint.close(new TimeoutException("too many connections"))));
    }

    /**
     * The connection that has to go for the new one; itself when all others are being served. It is counted no more, even where
     * closing takes a while: each new one has another go.
     */
    private synchronized Optional<Visit> tooMany(EndPoint endPoint) {
        SocketAddress remote = endPoint.getRemoteSocketAddress();
        String address = remote instanceof InetSocketAddress inet ? inet.getHostString() : String.valueOf(remote);
        Visit visit = new Visit(endPoint, address);
        if (visits.put(endPoint, visit) == null) {
            ofAddress.merge(address, 1, Integer::sum);
        }
        Optional<String> from = boundAddresses && ofAddress.getOrDefault(address, 0) > MOST_OF_AN_ADDRESS
                ? Optional.of(address)
                : visits.size() > MOST ? withMost() : Optional.empty();
        Optional<Visit> goes = from.map(of -> longestAwaited(other -> other.address.equals(of), visit));
        goes.ifPresent(one -> closed(one.endPoint));
        return goes;
    }

    private Optional<String> withMost() {
        return ofAddress.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    private Visit longestAwaited(Predicate<Visit> of, Visit otherwise) {
        return visits.values().stream()
                .filter(visit -> !visit.served && of.test(visit))
                .min(Comparator.comparingLong(visit -> visit.since))
                .orElse(otherwise);
    }

    private synchronized void closed(EndPoint endPoint) {
        streams.remove(endPoint);
        Visit visit = visits.remove(endPoint);
        if (visit != null) {
            ofAddress.computeIfPresent(visit.address, (address, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    protected void doStart() throws Exception {
        for (Connector connector : server.getConnectors()) {
            connector.addEventListener(listener());
        }
        super.doStart();
        lookAgainLater();
    }

    private void lookAgainLater() {
        server.getScheduler().schedule(this::closeLate, LOOKED_AT_EVERY_S, TimeUnit.SECONDS);
    }

    private void closeLate() {
        if (!isRunning()) {
            return;
        }
        late().forEach(visit -> server.getThreadPool().execute(() -> closeIfStillLate(visit)));
        lookAgainLater();
    }

    private synchronized List<Visit> late() {
        long now = System.nanoTime();
        List<Visit> late = Stream.concat(visits.values().stream(), streams.values().stream())
                .filter(visit -> !visit.closing && visit.isLate(now))
                .toList();
        late.forEach(visit -> visit.closing = true);
        return late;
    }

    /** It may have waited for a thread, and what was awaited come meanwhile. */
    private void closeIfStillLate(Visit visit) {
        stillLate(visit).ifPresent(reason -> visit.endPoint.close(new TimeoutException(reason)));
    }

    private synchronized Optional<String> stillLate(Visit visit) {
        visit.closing = false;
        boolean isGone = visits.get(visit.endPoint) != visit && streams.get(visit.endPoint) != visit;
        if (isGone || !visit.isLate(System.nanoTime())) {
            return Optional.empty();
        }
        closed(visit.endPoint); // counted no more, even where closing takes a while
        return Optional.of(visit.served ? "the answer was not taken in time" : "no request in time");
    }
}
