package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.topic.SeriesName;

/** Against a server that answers as it is told to; what a real InfluxDB answers is tested in HistoryImportIT. */
class HistoryBatchesTest {

    private static final String SAYS_NO = "{\"code\":\"unprocessable entity\",\"message\":\"point dropped\"}";

    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private final List<String> bodies = new ArrayList<>();
    private final Tally tally = new Tally(Set.of());
    private final HttpServer server;
    private final Influx influx;
    private final HistoryBatches<HistoricalReading> batches;

    HistoryBatchesTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        InfluxAddress address = new InfluxAddress(
                "http://127.0.0.1:" + server.getAddress().getPort(), "plantbuddy", new Secret("hush"));
        influx = new Influx(address, Duration.ofMinutes(1));
        batches = new HistoryBatches<>(
                lines -> influx.write(Bucket.READINGS, lines), HistoricalReading::toLine, tally::stored, tally::bad);
    }

    @BeforeEach
    void startServer() {
        server.createContext("/api/v2/write", exchange -> {
            try (GZIPInputStream body = new GZIPInputStream(exchange.getRequestBody())) {
                bodies.add(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            Integer next = statuses.poll();
            boolean poisoned = bodies.get(bodies.size() - 1).contains("reading=13.0 ");
            exchange.getResponseHeaders().add("Retry-After", "1");
            exchange.getResponseHeaders().add("Location", "/login");
            byte[] answer =
                    (next != null ? "<html>Welcome</html>" : poisoned ? SAYS_NO : "").getBytes(StandardCharsets.UTF_8);
            int status = next != null ? next : poisoned ? 422 : 204;
            exchange.sendResponseHeaders(status, status == 204 ? -1 : answer.length);
            if (status != 204) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        influx.close();
        server.stop(0);
    }

    @Test
    void oneUnacceptableReadingOf5000IsNamedAndTheRestIsStored() throws IOException {
        for (int i = 0; i < 5_000; i++) {
            batches.add(i + 1, reading(i));
        }
        batches.flush();
        ImportReport report = tally.report(0);
        assertThat(report.stored()).isEqualTo(4_999);
        assertThat(report.firstBad())
                .singleElement()
                .extracting(ImportReport.BadLine::number)
                .isEqualTo(14L);
    }

    @Test
    void waitsAndTriesAgainWhenItIsTooMuchOrBroken() throws IOException {
        statuses.addAll(List.of(429, 503));
        batches.add(1, reading(1));
        batches.flush();
        assertThat(tally.report(0).stored()).isOne();
        assertThat(bodies).hasSize(3).containsOnly("light,device_id=01,user=rick reading=1.0 1");
    }

    @Test
    void wrongTokenEndsTheImportWithoutTellingIt() throws IOException {
        statuses.add(401);
        batches.add(1, reading(1));
        assertThatThrownBy(() -> batches.flush())
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("401")
                .message()
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 206, 301, 302, 307, 308, 400, 422, 418})
    void pageOfAProxyIsNotStoredAndRefusesNoReading(int status) throws IOException {
        statuses.add(status);
        batches.add(1, reading(1));
        assertThatThrownBy(() -> batches.flush())
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining(String.valueOf(status))
                .hasMessageContaining("proxy");
        ImportReport report = tally.report(0);
        assertThat(report.stored() + report.bad()).isZero();
    }

    private static HistoricalReading reading(int number) {
        return new HistoricalReading(new SeriesName("rick", "01", "light"), number, number);
    }
}
