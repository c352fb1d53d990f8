package org.plantbuddy.bridge.influx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/** Answers writes as a database, or a proxy in front of it, does on a bad day. */
final class FaultyInflux implements AutoCloseable {

    /** One answer; status 0 ends the connection, status -1 keeps it waiting. */
    record Answer(int status, Map<String, String> headers, String body) {

        static Answer of(int status) {
            return new Answer(status, Map.of(), "");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    final Queue<Answer> faults = new ConcurrentLinkedQueue<>();
    final List<String> stored = new CopyOnWriteArrayList<>();
    final List<String> marks = new CopyOnWriteArrayList<>();
    final List<String> encodings = new CopyOnWriteArrayList<>();
    volatile Predicate<String> unacceptable = line -> false;
    volatile int partialStatus = 422;

    FaultyInflux() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v2/write", this::write);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void write(HttpExchange exchange) throws IOException {
        String encoding = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        encodings.add(encoding);
        List<String> lines;
        try (InputStream body =
                encoding.equals("gzip") ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            lines = new String(body.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        Answer fault = faults.poll();
        if (fault != null) {
            answer(exchange, fault);
            return;
        }
        boolean settings = String.valueOf(exchange.getRequestURI()).contains("bucket=settings");
        List<String> good = lines.stream().filter(unacceptable.negate()).toList();
        if (settings) {
            marks.addAll(lines);
        } else if (good.size() == lines.size() || partialStatus == 422) {
            stored.addAll(good);
        }
        answer(
                exchange,
                settings || good.size() == lines.size()
                        ? Answer.of(204)
                        : new Answer(
                                partialStatus,
                                Map.of("Content-Type", "application/json"),
                                "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points: dropped\"}"));
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() == -1) {
            try {
                TimeUnit.SECONDS.sleep(30);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (answer.status() <= 0) {
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
