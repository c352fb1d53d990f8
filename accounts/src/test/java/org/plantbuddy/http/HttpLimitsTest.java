package org.plantbuddy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.javalin.Javalin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

class HttpLimitsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void asManyMayWaitToBeLetInAsMayBeConnected() {
        Javalin server =
                Javalin.create(config -> HttpLimits.set(config, 1_000, 0)).start("127.0.0.1", 0);
        try {
            assertThat(server.jettyServer().server().getBeans(ServerConnector.class))
                    .isNotEmpty()
                    .allMatch(connector -> connector.getAcceptQueueSize() >= Connections.MOST);
        } finally {
            server.stop();
        }
    }

    @Test
    void answerThatIsNotTakenInTimeEndsItsConnection() throws Exception {
        CompletableFuture<IOException> ended = new CompletableFuture<>();
        Javalin server = Javalin.create(config -> {
                    HttpLimits.set(config, 1_000, 0, Duration.ofSeconds(1));
                    config.routes.get("/endless", context -> {
                        try {
                            while (true) {
                                context.res().getOutputStream().write(new byte[100_000]);
                            }
                        } catch (IOException e) {
                            ended.complete(e);
                            throw e;
                        }
                    });
                })
                .start("127.0.0.1", 0);
        try (Socket reader = ask(server.port(), "127.0.0.1", "/endless")) {
            await().atMost(LONG).ignoreException(SocketException.class).until(() -> {
                if (!ended.isDone()) {
                    reader.getInputStream().readNBytes(1_000); // it does read, as little as it can
                }
                return ended.isDone();
            });
            assertThat(ended.join()).hasStackTraceContaining("the answer was not taken in time");
        } finally {
            server.stop();
        }
    }

    @Test
    void anAddressHoldsAPartOfTheThreadsAndOthersAreServed() throws Exception {
        int more = 10;
        CountDownLatch held = new CountDownLatch(1);
        AtomicInteger serving = new AtomicInteger();
        Javalin server = Javalin.create(config -> {
                    HttpLimits.set(config, 1_000, 0);
                    config.routes.get("/slow", context -> {
                        serving.incrementAndGet();
                        held.await();
                    });
                    config.routes.get("/now", context -> context.result("here"));
                })
                .start("127.0.0.1", 0);
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < HttpLimits.THREADS_OF_AN_ADDRESS + more; i++) {
                many.add(ask(server.port(), "127.0.0.1", "/slow"));
            }
            await().atMost(LONG).until(() -> serving.get() == HttpLimits.THREADS_OF_AN_ADDRESS);
            try (Socket other = ask(server.port(), "127.0.0.2", "/now")) {
                assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("here");
            }
            await().during(Duration.ofMillis(300))
                    .atMost(LONG)
                    .until(() -> serving.get() == HttpLimits.THREADS_OF_AN_ADDRESS);
            held.countDown();
            for (Socket one : many) {
                assertThat(new String(one.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
            assertThat(serving).hasValue(HttpLimits.THREADS_OF_AN_ADDRESS + more);
        } finally {
            held.countDown();
            for (Socket one : many) {
                one.close();
            }
            server.stop();
        }
    }

    @Test
    void answersThatGoOnCountForNobodyAndOneThatIsNotTakenEnds() throws Exception {
        int streams = Connections.MOST_OF_AN_ADDRESS + 10;
        List<HttpLimits.Stream> open = new CopyOnWriteArrayList<>();
        Javalin server = Javalin.create(config -> {
                    HttpLimits.set(config, 1_000, 0, Duration.ofSeconds(2));
                    config.routes.get("/now", context -> context.result("here"));
                    config.routes.get(
                            "/stream",
                            context -> context.future(() -> {
                                open.add(HttpLimits.stream(context.req()).orElseThrow());
                                return new CompletableFuture<>();
                            }));
                })
                .start("127.0.0.1", 0);
        List<Socket> pages = new ArrayList<>();
        try {
            while (pages.size() < streams) {
                pages.add(ask(server.port(), "127.0.0.1", "/stream"));
                if (pages.size() <= 2) { // whose streams are to be known
                    await().atMost(LONG).until(() -> open.size() == pages.size());
                }
            }
            await().atMost(LONG).until(() -> open.size() == streams);
            Socket first = pages.get(0);
            first.setSoTimeout(1);
            await().atMost(LONG).during(Duration.ofSeconds(4)).until(() -> {
                open.forEach(HttpLimits.Stream::taken);
                return !hasEnded(first);
            });
            try (Socket other = ask(server.port(), "127.0.0.1", "/now")) {
                assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .endsWith("here");
            }
            await().atMost(LONG).until(() -> {
                open.subList(1, streams).forEach(HttpLimits.Stream::taken);
                return hasEnded(first);
            });
            Socket second = pages.get(1);
            second.setSoTimeout(1);
            assertThat(hasEnded(second)).isFalse();
            open.get(1).end("it is time");
            await().atMost(LONG).until(() -> hasEnded(second));
        } finally {
            for (Socket one : pages) {
                one.close();
            }
            server.stop();
        }
    }

    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** From this address, which is one of this machine. */
    private static Socket ask(int port, String from, String path) throws IOException {
        Socket socket = new Socket("127.0.0.1", port, InetAddress.getByName(from), 0);
        socket.setSoTimeout((int) LONG.toMillis());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void clientThatIsGoneTooSlowOrMalformedIsToldApartFromAFailureOfOurs() {
        assertThat(HttpLimits.isTheClients(new EofException())).isTrue();
        assertThat(HttpLimits.isTheClients(new IOException(new HttpException.RuntimeException(400))))
                .isTrue();
        assertThat(HttpLimits.isTheClients(new IOException(new TimeoutException())))
                .isTrue();

        assertThat(HttpLimits.isTheClients(new IOException("No space left on device")))
                .isFalse();
        assertThat(HttpLimits.isTheClients(new NoSuchFileException("page.html")))
                .isFalse();
    }
}
