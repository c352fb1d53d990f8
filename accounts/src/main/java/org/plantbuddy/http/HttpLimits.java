package org.plantbuddy.http;

import io.javalin.config.JavalinConfig;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.RetainedContentLoaderFactory;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.server.handler.ThreadLimitHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * What one client of an HTTP server may cost, so that it cannot stop the server for the others.
 *
 * <p>A request gets a thread only once its body is here ({@link EagerContentHandler}), an address has a part of the threads at
 * most ({@link ThreadLimitHandler}), and connections have deadlines and bounds ({@link Connections}). As many may wait to be let
 * in: with Jetty's 50 the kernel drops some of a rush, who try again a second later. An answer that fits {@link
 * #ANSWER_BUFFERED} leaves without holding a thread, however slow its reader. Jetty's own minimum of a data rate is not used: it
 * is looked at only by a thread that reads.
 */
public final class HttpLimits {

    /** Of Jetty's 250. */
    static final int THREADS_OF_AN_ADDRESS = 64;

    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    private static final int ANSWER_BUFFERED = 64 * 1024;

    /** What a body costs beside its bytes, for each packet it came in. */
    private static final int OF_A_PACKET = 64;

    private HttpLimits() {}

    /**
     * Sets them.
     *
     * @param mostBytes of a body; a larger one is answered 413
     * @param proxies how many reverse proxies stand before the server and set X-Forwarded-For; where there are any, an
     *     address is what they say, and their connections are counted all together only
     */
    public static void set(JavalinConfig javalin, long mostBytes, int proxies) {
        set(javalin, mostBytes, proxies, ANSWERED_WITHIN);
    }

    /** @param answeredWithin for serving a request, until the client has the answer */
    static void set(JavalinConfig javalin, long mostBytes, int proxies, Duration answeredWithin) {
        javalin.http.maxRequestSize = mostBytes;
        javalin.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
            http.setOutputBufferSize(ANSWER_BUFFERED);
            // Else a piece of more than a quarter of it, as Javalin writes, waits for the reader on its thread.
            http.setOutputAggregationSize(ANSWER_BUFFERED);
        });
        javalin.jetty.modifyServer(server -> surround(server, mostBytes, proxies, answeredWithin));
    }

    /** An answer that goes on until somebody ends it. Thread-safe. */
    public interface Stream {

        /** The client has taken all that was written: it has as long for the next, as others have for a whole answer. */
        void taken();

        /** Closes the connection, whatever is not taken yet. */
        default void end(String reason) {
            end(reason, () -> {});
        }

        /**
         * The same, and then does something. An answer that is completed only then has no end, so that nobody takes it for a whole
         * one.
         */
        void end(String reason, Runnable then);
    }

    /**
     * Lets the answer to a request go on. Its connection is counted no more among those of the server and of its address:
     * whoever calls this has a bound of their own.
     *
     * @return empty when the connection has just gone
     */
    public static Optional<Stream> stream(HttpServletRequest request) {
        Request core = ServletContextRequest.getServletContextRequest(request);
        Server server = core.getConnectionMetaData().getConnector().getServer();
        return server.getDescendant(Connections.class).stream(core);
    }

    private static void surround(Server server, long mostBytes, int proxies, Duration answeredWithin) {
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle event) { // from then on its connectors listen
                for (ServerConnector connector : server.getBeans(ServerConnector.class)) {
                    connector.setAcceptQueueSize(Connections.MOST);
                }
            }
        });
        Connections connections = new Connections(server, proxies == 0, answeredWithin);
        EagerContentHandler bodies =
                new EagerContentHandler(new RetainedContentLoaderFactory(2 * mostBytes, OF_A_PACKET, true));
        bodies.setHandler(connections.serving());
        ThreadLimitHandler threads = new ThreadLimitHandler() {
            @Override
            protected String getRemoteIP(Request request) {
                return address(
                        Request.getRemoteAddr(request), request.getHeaders().getValuesList("X-Forwarded-For"), proxies);
            }
        };
        threads.setThreadLimit(THREADS_OF_AN_ADDRESS);
        SizeLimitHandler sizes = new SizeLimitHandler(2 * mostBytes, -1); // at once, where the head says it
        sizes.setHandler(bodies);
        threads.setHandler(sizes);
        connections.setHandler(threads);
        server.setHandler(connections);
    }

    /** Whether it is the client's doing: gone, cut off, too slow, or no HTTP. */
    public static boolean isTheClients(IOException failure) {
        for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof EofException || at instanceof HttpException || at instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a request comes from.
     *
     * @param peer the other end of the connection
     * @param forwarded values of X-Forwarded-For; the last addresses are the proxies' own word, the ones before whatever the
     *     client wrote
     */
    public static String address(String peer, List<String> forwarded, int proxies) {
        if (proxies == 0 || forwarded.isEmpty()) {
            return peer;
        }
        String[] addresses = String.join(",", forwarded).split(",", -1);
        return addresses[Math.max(0, addresses.length - proxies)].strip();
    }
}
