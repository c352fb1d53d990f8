package org.plantbuddy.bridge.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Handler.Abstract;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.plantbuddy.http.HttpLimits;
import org.plantbuddy.watch.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridge's HTTP server. Close stops it; a request under way is answered first. */
public final class BridgeHttp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeHttp.class);

    private final Javalin server;

    private BridgeHttp(Javalin server) {
        this.server = server;
    }

    /**
     * Starts listening.
     *
     * @param bind address to listen on
     * @param port 0 takes a free one, see {@link #port()}
     * @param meters what /metrics shows
     * @param ready what must work for this bridge to work: /readyz
     * @param operations what must work for readings to become alerts, which takes more than this bridge: /operationz
     */
    public static BridgeHttp start(
            String bind,
            int port,
            NotifyHandler notify,
            PrometheusMeterRegistry meters,
            List<Part> ready,
            List<Part> operations) {
        ReadyHandler operating = new ReadyHandler(operations);
        Javalin server = Javalin.create(config -> {
            tellNothing(config);
            config.routes.post("/notify", notify);
            config.routes.get(
                    "/metrics",
                    context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                            .result(meters.scrape()));
            config.routes.get(
                    "/healthz",
                    context -> context.contentType("text/plain; charset=utf-8")
                            .result("ok\n")); // the process lives; whether it works is told by /readyz
            config.routes.get("/readyz", new ReadyHandler(ready));
            config.routes.get("/operationz", operating);
            config.routes.get("/status", new StatusHandler(operating, meters));
            config.routes.exception(
                    HttpException.RuntimeException.class,
                    (e, context) -> context.status(e.getCode()).result(""));
            config.routes.exception(IOException.class, (e, context) -> {
                if (HttpLimits.isTheClients(e)) {
                    context.status(400).result("");
                } else {
                    failed(e, context);
                }
            });
            config.routes.exception(Exception.class, BridgeHttp::failed);
        });
        return new BridgeHttp(server.start(bind, port));
    }

    private static void failed(Exception e, Context context) {
        LOG.error("event=request_failed path={}", context.path(), e);
        context.status(500).result("");
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** No banners, no versions, no lists of what there is: status codes say enough to those who should know. */
    private static void tellNothing(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        HttpLimits.set(config, NotifyHandler.MAX_BODY, 0);
        config.jetty.modifyServer(server -> server.setErrorHandler(new EmptyErrors()));
        for (int status : new int[] {404, 405}) {
            config.routes.error(status, "*", context -> context.result(""));
        }
    }

    /** Answers what never reached a route, e.g. an HTTP request that cannot be parsed. */
    private static final class EmptyErrors extends Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            callback.succeeded();
            return true;
        }
    }
}
