package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
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
    private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Predicate<String> refusal = body -> false;
    private volatile Duration delay = Duration.ZERO;
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
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            posted.add(body);
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            pause(delay);
            if (answersLeft.getAndDecrement() > 0) {
                boolean refused = failures.getAndDecrement() > 0 || refusal.test(body);
                exchange.sendResponseHeaders(refused ? 500 : 200, -1);
            }
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
                .contains("\"message\":\"soil moisture at 20 on board 01 of rick\"")
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

        assertThat(posted.subList(0, 3)).isSortedAccordingTo(Comparator.comparing(NotificationRuleIT::statusTime));
        assertThat(posted.stream().distinct()).hasSize(3);
        assertThat(posted.stream()
                        .filter(json -> json.contains("\"level\":\"ok\""))
                        .distinct())
                .hasSize(1);
    }

    /** A board that sends its own time goes on changing while the server's clock catches up. */
    @Test
    void changesAreToldOnceAndInTheirOrderAlthoughTheClockStepsBackAMinute() {
        judge("rick", 20);
        notifyAt(now);
        Instant board = now;
        now = now.minus(Duration.ofMinutes(1));
        for (int value : new int[] {50, 20, 50}) {
            board = board.plusSeconds(10);
            now = now.plusSeconds(10);
            influx.reading("rick", "01", "soil_moisture", value, board);
            influx.run(CHECK, now);
            notifyAt(now);
        }
        now = board.plusSeconds(10);
        judge("rick", 20);
        notifyAt(now);
        notifyAt(now.plusSeconds(5));

        assertThat(posted)
                .extracting(json -> json.contains("\"level\":\"crit\""))
                .containsExactly(true, false, true, false, true);
        assertThat(posted).isSortedAccordingTo(Comparator.comparing(NotificationRuleIT::statusTime));
    }

    @Test
    void acceptedChangeIsNotPostedAgainWhileAClockCatchesUpForAnHour() {
        judge("rick", 20);
        notifyAt(now);
        now = now.minus(Duration.ofHours(1));
        judge("anna", 20);
        for (int minutes = 0; minutes <= 60; minutes += 12) {
            notifyAt(now.plus(Duration.ofMinutes(minutes)));
        }

        assertThat(posted).hasSize(2);
        assertThat(notifications()).containsExactly("true", "true");
    }

    @Test
    void clockThatWasDaysAheadKeepsNoChangeBack() {
        now = now.plus(Duration.ofDays(3));
        judge("anna", 20);
        now = now.minus(Duration.ofDays(3));
        judge("rick", 20);
        notifyAt(now);

        assertThat(posted).singleElement().asString().contains("\"user\":\"rick\"");
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

    @Test
    void changeOfLevelWaitsForTheOneBeforeItThatIsNotAcceptedYet() {
        failures.set(2);
        judge("rick", 20);
        notifyAt(now);
        judge("rick", 50);
        notifyAt(now);
        notifyAt(now.plusSeconds(5));

        assertThat(posted)
                .extracting(json -> json.contains("\"level\":\"crit\""))
                .startsWith(true, true, false)
                .endsWith(true);
        assertThat(notifications()).contains("true");
    }

    @Test
    void statusWithoutReadingAndThresholdIsPostedWithoutThem() {
        influx.write("_monitoring", status("rick", now, ""));
        notifyAt(now);
        influx.write("_monitoring", status("anna", now.plusSeconds(5), ",reading=20.0,threshold=35.0"));
        notifyAt(now.plusSeconds(5));

        assertThat(posted).hasSize(2);
        assertThat(posted.get(0)).contains("\"value\":null").contains("\"threshold\":\"\"");
        assertThat(posted.get(1)).contains("\"value\":20").contains("\"threshold\":\"35\"");
    }

    @Test
    void statusWrittenMinutesAfterItsTimeIsPosted() {
        judge("rick", 20);
        notifyAt(now);
        notifyAt(now.plusSeconds(5));
        influx.write("_monitoring", status("anna", now.minus(Duration.ofMinutes(10)), ",reading=20.0"));
        notifyAt(now.plusSeconds(10));

        assertThat(posted).hasSize(2);
        assertThat(posted.get(1)).contains("\"user\":\"anna\"");
    }

    @Test
    void oneOfManyThatIsRefusedKeepsNoOtherWaiting() {
        refusal = body -> body.contains("\"user\":\"u77\"");
        changes(500);
        notifyAt(now);
        assertThat(posted).hasSize(500);
        assertThat(notifications()).filteredOn("false"::equals).hasSize(1);

        notifyAt(now.plusSeconds(5));
        refusal = body -> false;
        notifyAt(now.plusSeconds(10));
        notifyAt(now.plusSeconds(15));

        assertThat(posted).hasSize(502);
        assertThat(posted.subList(500, 502)).allMatch(body -> body.contains("\"user\":\"u77\""));
    }

    @Test
    void newestIsPostedAlthoughMoreThanARunPostsAreRefused() {
        refusal = body -> !body.contains("\"user\":\"u519\"");
        changes(520);
        notifyAt(now);
        notifyAt(now.plusSeconds(5));

        assertThat(notifications()).contains("true");
        assertThat(posted).hasSize(1000);
    }

    @Test
    void whatWasAcceptedBeforeTheBridgeWentAwayIsNotPostedAgain() {
        changes(10);
        answersLeft.set(3);
        assertThatThrownBy(() -> notifyAt(now))
                .isInstanceOf(InfluxException.class)
                .hasMessageContaining("7 changes");
        assertThat(notifications()).containsExactly("true", "true", "true");
        posted.clear();
        answersLeft.set(Integer.MAX_VALUE);

        notifyAt(now.plusSeconds(5));
        notifyAt(now.plusSeconds(10));

        assertThat(posted).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void slowBridgeEndsTheRunAndWhatItAcceptedIsDone() {
        changes(6);
        delay = Duration.ofSeconds(10);
        long begun = System.nanoTime();
        notifyAt(now);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(55));
        assertThat(posted).hasSizeBetween(1, 3);
        assertThat(notifications()).hasSize(posted.size()).containsOnly("true");
        delay = Duration.ZERO;
        notifyAt(now.plusSeconds(5));
        assertThat(posted).hasSize(6).doesNotHaveDuplicates();
    }

    private void changes(int count) {
        List<String> lines = new ArrayList<>();
        for (int user = 0; user < count; user++) {
            lines.add(status("u" + user, now.minusMillis(count - user), ",reading=20.0"));
        }
        influx.write("_monitoring", lines);
    }

    /** As the check writes it. */
    private static String status(String user, Instant time, String fields) {
        return "statuses,_check_id=0000000000000001,_check_name=plantbuddy-check,_level=crit,_type=threshold,"
                + "_source_measurement=soil_moisture,user=" + user + ",device_id=01,sensor=soil_moisture "
                + "_message=\"soil moisture for " + user + "\",_source_timestamp=" + RealInflux.nanos(time)
                + "i,previous_level=\"ok\"" + fields + " " + RealInflux.nanos(time);
    }

    private static String statusTime(String json) {
        return json.replaceFirst("(?s).*\"status_time\":\"([^\"]*)\".*", "$1");
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
