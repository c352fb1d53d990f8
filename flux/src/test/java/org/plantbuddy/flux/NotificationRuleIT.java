package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.exceptions.InfluxException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationRuleIT {

    private static final FluxScript CHECK = FluxScript.check(Duration.ofSeconds(10));
    private static RealInflux influx;

    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer endpoint;
    private FluxScript rule;
    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofMinutes(5));

    @BeforeAll
    static void startInflux(@TempDir Path folder) throws IOException {
        influx = RealInflux.start(folder);
        influx.secret(FluxScript.NOTIFY_SECRET, "the-secret");
    }

    @AfterAll
    static void stopInflux() {
        influx.close();
    }

    @BeforeEach
    void start() throws IOException {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/notify", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 500 : 200, -1);
            exchange.close();
        });
        endpoint.start();
        rule = FluxScript.notificationRule(
                URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort() + "/notify"));
    }

    @AfterEach
    void stop() {
        endpoint.stop(0);
        influx.clear();
    }

    @Test
    void emptyBucketsPostNothing() {
        notifyAt(now);

        assertThat(posted).isEmpty();
    }

    @Test
    void changeIsPostedAtTheTickItIsWrittenWithTheSecret() {
        judge("rick", 20);
        notifyAt(now);

        assertThat(authorizations).containsExactly("Bearer the-secret");
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0))
                .contains("\"user\":\"rick\"")
                .contains("\"device\":\"01\"")
                .contains("\"sensor\":\"soil_moisture\"")
                .contains("\"level\":\"crit\"")
                .contains("\"previous_level\":\"ok\"")
                .contains("\"value\":20")
                .contains("\"threshold\":\"35\"")
                .contains("\"message\":\"soil moisture at 20 for rick\"")
                .contains("\"status_time\":\"" + now.toString().replace("Z", ".000000000Z") + "\"")
                .contains("\"time\":\"" + now.minusSeconds(1).toString().replace("Z", ".000000000Z") + "\"");
    }

    @Test
    void acceptedChangeIsNotPostedAgainAndIsRecorded() {
        judge("rick", 20);
        notifyAt(now);
        notifyAt(now.plusSeconds(5));
        notifyAt(now.plusSeconds(10));

        assertThat(posted).hasSize(1);
        assertThat(notifications()).containsExactly("true");
    }

    @Test
    void refusedChangeIsPostedUntilItIsAccepted() {
        failures.set(3);
        judge("rick", 20);
        for (int run = 0; run < 6; run++) {
            notifyAt(now.plusSeconds(5L * run));
        }

        assertThat(posted).hasSize(4).allMatch(posted.get(0)::equals);
        assertThat(notifications()).containsExactlyInAnyOrder("false", "false", "false", "true");
    }

    @Test
    void changesThatCouldNotBePostedForHoursArriveOnceTheEndpointIsBack() throws IOException {
        int port = endpoint.getAddress().getPort();
        endpoint.stop(0);
        judge("rick", 20);
        judge("anna", 20);
        runThatMayFail(now);
        runThatMayFail(now.plusSeconds(5));
        HttpServer back = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        back.createContext("/notify", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        back.start();
        try {
            notifyAt(now.plus(Duration.ofHours(3)));
            notifyAt(now.plus(Duration.ofHours(3)).plusSeconds(5));
        } finally {
            back.stop(0);
        }

        assertThat(posted).hasSize(2);
        assertThat(posted).anyMatch(json -> json.contains("\"rick\""));
        assertThat(posted).anyMatch(json -> json.contains("\"anna\""));
    }

    @Test
    void eachChangeOfOneSeriesIsPosted() {
        judge("rick", 20);
        judge("rick", 50);
        judge("rick", 20);
        for (int run = 0; run < 5; run++) {
            notifyAt(now.plusSeconds(5L * run));
        }

        assertThat(posted.stream().distinct()).hasSize(3);
        assertThat(posted.stream()
                        .filter(json -> json.contains("\"level\":\"ok\""))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void statusOfTheSameLevelIsNoChange() {
        judge("rick", 20);
        notifyAt(now);
        // As after a run that wrote the status and died before it wrote the level in force.
        influx.forgetBefore("settings", Instant.parse("2100-01-01T00:00:00Z"));
        judge("rick", 20);
        notifyAt(now);
        notifyAt(now.plus(Duration.ofHours(24)).minusSeconds(5));

        assertThat(influx.statuses()).hasSize(2);
        assertThat(posted).hasSize(1);
    }

    @Test
    void whatWasNotAcceptedWithinADayIsGivenUp() {
        judge("rick", 20);
        notifyAt(now.plus(Duration.ofHours(24)).plusSeconds(1));

        assertThat(posted).isEmpty();
    }

    private void judge(String user, double value) {
        now = now.plusSeconds(10);
        influx.reading(user, "01", "soil_moisture", value, now.minusSeconds(1));
        influx.run(CHECK, now);
    }

    private void notifyAt(Instant time) {
        influx.run(rule, time);
    }

    private void runThatMayFail(Instant time) {
        try {
            influx.run(rule, time);
        } catch (InfluxException e) {
            assertThat(e).hasMessageContaining("refused");
        }
    }

    private static List<String> notifications() {
        return influx.run("""
                        import "influxdata/influxdb/monitor"
                        monitor.logs(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z, fn: (r) => true)
                        """, Instant.now()).stream()
                .map(row -> String.valueOf(row.getValueByKey("_sent")))
                .toList();
    }
}
