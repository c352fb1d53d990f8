package org.plantbuddy.web.operator;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.tls.TlsFolder;

/** Asks the parts of a running system, each with a real request. */
public final class Probes {

    private static final String NEWEST_READING = """
        from(bucket: "plantbuddy")
            |> range(start: -1h)
            |> filter(fn: (r) => r._field == "reading")
            |> group()
            |> last()
            |> keep(columns: ["_time"])
        """;

    /** An MQTT 3.1.1 CONNECT without a name or a password: a broker that is well refuses it. */
    private static final byte[] ANONYMOUS_CONNECT = {
        0x10, 0x0d, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'p',
    };

    private static final int CONNACK = 0x20;

    private final String mqtt;
    private final String bridge;
    private final Optional<String> web;
    private final InfluxAddress influx;
    private final Duration patience;
    private final HttpClient http;

    /**
     * Asks nothing yet.
     *
     * @param mqtt of the broker, {@code tcp://host:port}
     * @param bridge base URL of the bridge's HTTP listener; a name may stand for several bridges
     * @param web base URL of the page; empty: it is the page that asks
     * @param tls the certificate of the page where it speaks TLS
     * @param influx with a token that reads readings
     * @param patience for each part
     */
    public Probes(
            String mqtt,
            String bridge,
            Optional<String> web,
            Optional<TlsFolder> tls,
            InfluxAddress influx,
            Duration patience) {
        this.mqtt = mqtt;
        this.bridge = bridge;
        this.web = web;
        this.influx = influx;
        this.patience = patience;
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(patience);
        tls.map(TlsFolder::onlyThis).ifPresent(client::sslContext);
        this.http = client.build();
    }

    /** Who listens everywhere listens here too. */
    public static String address(String bind, int port) {
        String host = bind.equals("0.0.0.0") ? "127.0.0.1" : bind;
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** How each part is; known within a few seconds, also when parts hang. */
    public List<PartHealth> all() {
        ExecutorService threads = Executors.newCachedThreadPool(); // what hangs must not make the others wait
        try {
            CompletableFuture<Told> told = CompletableFuture.supplyAsync(this::bridgeStatus, threads);
            List<Supplier<List<PartHealth>>> parts = new ArrayList<>(List.of(() -> List.of(broker(told))));
            bridges().forEach(bridge -> parts.add(() -> List.of(get("bridge", bridge + "/readyz"))));
            parts.add(() -> List.of(influx()));
            web.ifPresent(page -> parts.add(() -> List.of(get("web", page + "/healthz"))));
            parts.add(() -> told.join().operations());
            return parts.stream().map(part -> CompletableFuture.supplyAsync(part, threads)).toList().stream()
                    .flatMap(part -> part.join().stream())
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    /** Each bridge: where there are several containers, their one name has several addresses. */
    private List<URI> bridges() {
        URI named = URI.create(bridge);
        try {
            InetAddress[] addresses = InetAddress.getAllByName(named.getHost());
            List<URI> each = Arrays.stream(addresses)
                    .filter(Inet4Address.class::isInstance)
                    .map(address -> URI.create("http://" + address.getHostAddress() + ":" + named.getPort()))
                    .toList();
            return each.size() < 2 ? List.of(named) : each;
        } catch (UnknownHostException e) {
            return List.of(named); // and the answer says so
        }
    }

    /**
     * What one of the bridges tells.
     *
     * @param failure why it does not; empty where it does
     */
    private record Told(Optional<BridgeStatus> status, String failure) {

        List<PartHealth> operations() {
            return status.map(bridge -> new Operations(bridge).parts())
                    .orElseGet(() -> List.of(new PartHealth("operations", false, "not known: " + failure)));
        }

        /** Where the bridge does not tell them, the bridge's own line says why. */
        String brokerFigures() {
            return status.map(BrokerFigures::told)
                    .filter(figures -> !figures.isEmpty())
                    .map(figures -> "; " + figures)
                    .orElse("");
        }
    }

    private Told bridgeStatus() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(bridge + "/status"))
                .timeout(patience)
                .build();
        try {
            return new Told(
                    Optional.of(BridgeStatus.parse(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())),
                    "");
        } catch (IOException e) {
            return new Told(Optional.empty(), "the bridge does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Told(Optional.empty(), "interrupted");
        }
    }

    private PartHealth broker(CompletableFuture<Told> told) {
        URI address = URI.create(mqtt);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), (int) patience.toMillis());
            socket.setSoTimeout((int) patience.toMillis());
            socket.getOutputStream().write(ANONYMOUS_CONNECT);
            byte[] answer = socket.getInputStream().readNBytes(4);
            boolean answered = answer.length == 4 && (answer[0] & 0xff) == CONNACK;
            if (answered && answer[3] == 0) {
                return new PartHealth("broker", false, mqtt + " lets anonymous clients in");
            }
            return new PartHealth("broker", true, mqtt + told.join().brokerFigures());
        } catch (IOException e) {
            return new PartHealth("broker", false, mqtt + " does not answer: " + e.getMessage());
        }
    }

    private PartHealth influx() {
        try (Influx client = new Influx(influx, patience)) {
            client.query(NEWEST_READING);
            return new PartHealth("influxdb", true, influx.url());
        } catch (InfluxUnavailableException e) {
            return new PartHealth("influxdb", false, influx.url() + " does not answer: " + e.getMessage());
        }
    }

    private PartHealth get(String part, String url) {
        return ask(
                part,
                url,
                HttpRequest.newBuilder(URI.create(url)).timeout(patience).build());
    }

    private PartHealth ask(String part, String shown, HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            boolean healthy = answer.statusCode() == 200;
            return new PartHealth(
                    part, healthy, healthy ? shown : shown + " answers " + answer.statusCode() + " " + answer.body());
        } catch (IOException e) {
            return new PartHealth(part, false, shown + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PartHealth(part, false, shown + " was not asked: interrupted");
        }
    }
}
