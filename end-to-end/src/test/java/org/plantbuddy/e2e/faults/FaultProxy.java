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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between bridge and InfluxDB: hands writes on, or answers them as a proxy or a database does on a bad day. */
final class FaultProxy implements AutoCloseable {

    /**
     * What becomes of a write.
     *
     * @param status of the answer; 0 cuts the connection instead
     * @param reachesInflux whether InfluxDB stores it all the same
     */
    record Answer(int status, Map<String, String> headers, String body, boolean reachesInflux) {}

    /** InfluxDB's own answer. */
    static final Answer HONEST = new Answer(-1, Map.of(), "", true);

    static final List<Answer> FAULTS = List.of(
            new Answer(503, Map.of("Retry-After", "1"), "", false),
            new Answer(
                    429, Map.of("Retry-After", "1"), "{\"code\":\"too many requests\",\"message\":\"limit\"}", false),
            new Answer(500, Map.of(), "{\"code\":\"internal error\",\"message\":\"disk\"}", false),
            new Answer(500, Map.of(), "{\"code\":\"internal error\",\"message\":\"after storing\"}", true),
            new Answer(502, Map.of("Content-Type", "text/html"), "<html>Bad Gateway</html>", false),
            new Answer(200, Map.of("Content-Type", "text/html"), "<html>Welcome to the hotel</html>", false),
            new Answer(400, Map.of("Content-Type", "text/html"), "<html>Bad Request</html>", false),
            new Answer(204, Map.of("X-Garbage", "\u00ff"), "", true),
            new Answer(503, Map.of("Retry-After", "soon"), "{\"code\":", false),
            new Answer(0, Map.of(), "", false),
            new Answer(0, Map.of(), "", true));

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final URI influx;
    private final AtomicLong faults = new AtomicLong();
    private volatile Answer answer = HONEST;

    FaultProxy(URI influx) throws IOException {
        this.influx = influx;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on. */
    void answer(Answer next) {
        answer = next;
    }

    /** How many writes did not get InfluxDB's own answer. */
    long faults() {
        return faults.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Answer now = answer;
        try (exchange) {
            HttpResponse<byte[]> real = now.reachesInflux() ? forward(exchange, body) : null;
            if (now.status() < 0 && real != null) {
                respond(exchange, real.statusCode(), real.body());
                return;
            }
            faults.incrementAndGet();
            if (now.status() > 0) {
                now.headers()
                        .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
                respond(exchange, now.status(), now.body().getBytes(StandardCharsets.UTF_8));
            } // else the connection ends without an answer
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        influx.resolve(exchange.getRequestURI().toString()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String header : List.of("Authorization", "Content-Encoding", "Content-Type")) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
