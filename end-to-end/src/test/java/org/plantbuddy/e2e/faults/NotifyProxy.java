package org.plantbuddy.e2e.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between InfluxDB and the bridges' {@code /notify}, and behaves badly when it is told to. */
final class NotifyProxy implements AutoCloseable {

    /** What it does with one call. */
    @FunctionalInterface
    interface Behaviour {
        int answer(NotifyProxy proxy, Call call) throws IOException, InterruptedException;
    }

    /** Something that goes wrong. */
    @FunctionalInterface
    interface Strike {
        void run() throws IOException, InterruptedException;
    }

    record Call(String authorization, String body) {}

    static final Behaviour FORWARD = NotifyProxy::forward;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private volatile List<Integer> ports = List.of();
    private volatile Behaviour behaviour = FORWARD;
    private volatile CountDownLatch first = new CountDownLatch(1);

    private NotifyProxy(HttpServer server) {
        this.server = server;
    }

    static NotifyProxy start() throws IOException {
        NotifyProxy proxy =
                new NotifyProxy(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        proxy.server.createContext("/notify", proxy::handle);
        proxy.server.setExecutor(proxy.threads);
        proxy.server.start();
        return proxy;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/notify");
    }

    void to(List<Integer> bridgePorts) {
        ports = List.copyOf(bridgePorts);
    }

    void behave(Behaviour next) {
        first = new CountDownLatch(1);
        behaviour = next;
    }

    /** Returns once a call has come since it was told how to behave, and was answered. */
    void awaitFirst() throws InterruptedException {
        if (!first.await(Patience.EFFECT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("InfluxDB told nothing");
        }
    }

    static Behaviour failing(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (proxy, call) -> left.getAndDecrement() > 0 ? 500 : forward(proxy, call);
    }

    static Behaviour answerLost(int times) {
        AtomicInteger left = new AtomicInteger(times);
        return (proxy, call) -> {
            int status = forward(proxy, call);
            return left.getAndDecrement() > 0 ? 502 : status;
        };
    }

    static Behaviour slow(Duration delay) {
        return (proxy, call) -> {
            int status = forward(proxy, call);
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
            return status;
        };
    }

    static Behaviour tenTimesToAll() {
        return (proxy, call) -> {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int port = proxy.ports.get(i % proxy.ports.size());
                calls.add(() -> proxy.post(port, call));
            }
            proxy.threads.invokeAll(calls);
            return forward(proxy, call);
        };
    }

    /** The first call comes when something has just gone wrong. */
    static Behaviour beforeFirst(Strike strike) {
        AtomicInteger calls = new AtomicInteger();
        return (proxy, call) -> {
            if (calls.getAndIncrement() == 0) {
                strike.run();
            }
            return forward(proxy, call);
        };
    }

    /** To the first bridge that answers. */
    private static int forward(NotifyProxy proxy, Call call) throws InterruptedException {
        for (int port : proxy.ports) {
            try {
                return proxy.post(port, call);
            } catch (IOException e) {
                // the next
            }
        }
        return 503;
    }

    private int post(int port, Call call) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/notify"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", call.authorization())
                .POST(HttpRequest.BodyPublishers.ofString(call.body()))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private void handle(HttpExchange exchange) throws IOException {
        CountDownLatch told = first;
        try (exchange) {
            Call call = new Call(
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(behaviour.answer(this, call), -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            told.countDown();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
