package org.plantbuddy.web.live;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/v1/events}: what happens, as server-sent events. Whose it is comes from the session alone. */
public final class EventsApi implements Routes {

    private static final Logger log = LoggerFactory.getLogger(EventsApi.class);
    private static final String TYPE = "text/event-stream;charset=utf-8";
    private static final int LONGEST_ID = 64;

    private final SignIn signIn;
    private final Live live;

    public EventsApi(SignIn signIn, Live live) {
        this.signIn = signIn;
        this.live = live;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/events", this::stream);
    }

    /** Whether this was answered by a stream, which lasts as long as somebody looks. */
    public static boolean isStream(Context context) {
        return TYPE.equals(context.res().getContentType());
    }

    private void stream(Context context) {
        Session session = signIn.required(context);
        BooleanSupplier allowed = signIn.whileSignedIn(context);
        Optional<String> lastSeen =
                Optional.ofNullable(context.header("Last-Event-ID")).filter(id -> id.length() <= LONGEST_ID);
        ServletLine line = new ServletLine();
        EventStream stream = live.open(session.user(), session.credentialStamp(), line, allowed, lastSeen)
                .orElseThrow(() -> new Problem(
                        503,
                        "as many pages are open as there may be: " + Live.STREAMS_OF_A_USER + " of a user, "
                                + Live.STREAMS + " in all",
                        "close some, or ask for what changed every now and then"));
        context.contentType(TYPE);
        context.header("X-Accel-Buffering", "no"); // else nginx waits until there is more
        context.future(() -> begin(context, line, stream));
    }

    /**
     * Begins to write. The answer is completed past Javalin, which would want to write one; and by a thread that holds no lock.
     *
     * @return what never completes
     */
    private static CompletableFuture<Void> begin(Context context, ServletLine line, EventStream stream) {
        AsyncContext answer = context.req().getAsyncContext();
        var unused = stream.ended().thenRunAsync(() -> complete(answer));
        try {
            line.start(context.req(), context.res(), stream);
        } catch (IOException e) {
            stream.over();
        }
        return new CompletableFuture<>();
    }

    private static void complete(AsyncContext answer) {
        try {
            answer.complete();
        } catch (IllegalStateException e) {
            log.debug("event=stream_gone reason=\"{}\"", e.toString()); // with its connection
        }
    }
}
