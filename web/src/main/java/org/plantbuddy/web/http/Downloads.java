package org.plantbuddy.web.http;

import io.javalin.http.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.http.HttpLimits;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what may be larger than memory, on threads of its own: who reads slowly holds one of these and one buffer, and is cut off
 * when a buffer is not taken in the time that a whole answer has elsewhere. A user has one at a time. What fails once the answer
 * has begun ends its connection, so that nobody takes a part for the whole. Thread-safe.
 */
public final class Downloads implements AutoCloseable {

    /** Of all users; more are asked to come again. */
    public static final int AT_ONCE = 16;

    private static final Logger log = LoggerFactory.getLogger(Downloads.class);
    private static final int BUFFER = 64 * 1024;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(0, AT_ONCE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), Downloads::thread);
    private final Set<String> users = ConcurrentHashMap.newKeySet();

    /** What is sent. */
    public interface Content {

        /**
         * Writes all of it; the stream stays open.
         *
         * @throws IOException when the client takes no more
         * @throws InfluxUnavailableException when there is no more
         */
        void write(OutputStream out) throws IOException;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "download");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Answers a request with a file.
     *
     * @param type its media type
     * @param file the name that browsers save it by; of characters that need no quotes
     */
    public void send(Context context, String user, String type, String file, Content content) {
        String site = context.header(
                "Sec-Fetch-Site"); // of browsers, which send their cookies with a link of another site, too
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Problem(403, "a page of another site asked for this", "open it from your own page");
        }
        context.future(() -> {
            if (!users.add(user)) {
                return CompletableFuture.failedFuture(
                        new Problem(429, "you have a download under way", "wait until it has ended, or end it"));
            }
            CompletableFuture<Void> failed = new CompletableFuture<>();
            AsyncContext answer = context.req().getAsyncContext();
            Sending sending = new Sending(context, type, file);
            try {
                // Before its end is told, the next may come.
                threads.execute(() -> run(sending, content, answer, failed, () -> users.remove(user)));
            } catch (RejectedExecutionException e) {
                users.remove(user);
                return CompletableFuture.failedFuture(new Problem(
                        503, "as many downloads are under way as there may be: " + AT_ONCE, "try again in a minute"));
            }
            return failed;
        });
    }

    /** @param failed completed when nothing was sent yet, which leaves the answer to others; never, when something was */
    private static void run(
            Sending sending, Content content, AsyncContext answer, CompletableFuture<Void> failed, Runnable over) {
        try {
            try {
                OutputStream out = new BufferedOutputStream(sending, BUFFER);
                content.write(out);
                out.flush();
            } finally {
                over.run();
            }
            complete(answer);
        } catch (IOException | RuntimeException e) {
            if (!sending.begun()) {
                failed.completeExceptionally(
                        e instanceof InfluxUnavailableException
                                ? new Problem(
                                        503, "the database of readings does not answer", "try again in a few minutes")
                                : e);
                return;
            }
            if (!HttpLimits.isTheClients(new IOException(e))) {
                log.warn("download ended early path={} reason=\"{}\"", sending.path(), e.toString());
            }
            sending.cut(() -> complete(answer));
        }
    }

    private static void complete(AsyncContext answer) {
        try {
            answer.complete();
        } catch (IllegalStateException e) {
            log.debug("event=download_gone reason=\"{}\"", e.toString()); // with its connection
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Begins the answer with the first bytes. */
    private static final class Sending extends OutputStream {

        private final Context context;
        private final HttpServletRequest request;
        private final String path;
        private final String type;
        private final String file;
        private Optional<HttpLimits.Stream> connection = Optional.empty();
        private @Nullable OutputStream out;

        Sending(Context context, String type, String file) {
            this.context = context;
            this.request = context.req();
            this.path = context.path();
            this.type = type;
            this.file = file;
        }

        boolean begun() {
            return out != null;
        }

        String path() {
            return path;
        }

        void cut(Runnable then) {
            connection.ifPresentOrElse(of -> of.end("what it was sent cannot be had to its end", then), then);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            OutputStream answer = out;
            if (answer == null) {
                working();
                context.contentType(type);
                context.header("Content-Disposition", "attachment; filename=\"" + file + "\"");
                context.header("Cache-Control", "no-store");
                answer = context.res().getOutputStream();
                out = answer;
            }
            answer.write(bytes, offset, length);
            working();
        }

        /** The client has taken all that there is: it is not the one who is late. */
        private void working() {
            connection.ifPresentOrElse(HttpLimits.Stream::taken, () -> connection = HttpLimits.stream(request));
        }

        @Override
        public void flush() throws IOException {
            if (out != null) {
                out.flush();
            }
            working();
        }
    }
}
