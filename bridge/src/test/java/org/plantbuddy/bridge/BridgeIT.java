package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.topic.Topics;

@TestMethodOrder(MethodOrderer.MethodName.class)
class BridgeIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path data;

    private static TestSystem system;

    @BeforeAll
    static void start() throws Exception {
        system = new TestSystem(data);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static Bridge ready() throws Exception {
        Bridge bridge = Bridge.start(system.bridgeConfig(), system.accounts);
        await().atMost(SOON).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
        return bridge;
    }

    @Test
    void everyFormOfReadingIsStoredAsFloatWithItsTagsAndTime() throws Exception {
        Instant now = Instant.now();
        long ms = now.toEpochMilli() - 60_000;
        try (Bridge bridge = ready();
                TestBoard board = system.board()) {
            board.publish("plantbuddy/rick/01/light", "36");
            board.publish("plantbuddy/rick/01/light", "036");
            board.publish("plantbuddy/rick/01/light", "21.5\r\n");
            board.publish("plantbuddy/rick/01/humidity", "{\"reading\": 40, \"time\": " + ms + "}");
            board.publish(
                    "plantbuddy/rick/01/humidity",
                    "[{\"reading\": 1, \"time\": " + (ms + 1)
                            + "}, {\"reading\": NaN, \"time\": 1}, {\"reading\": 3}]");
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(system.readings("light"))
                        .extracting(FluxRecord::getValue)
                        .containsExactly(36.0, 36.0, 21.5);
                assertThat(system.readings("humidity"))
                        .extracting(FluxRecord::getValue)
                        .containsExactly(40.0, 1.0, 3.0);
            });
            FluxRecord first = system.readings("light").get(0);
            assertThat(first.getValueByKey("user")).isEqualTo("rick");
            assertThat(first.getValueByKey("device_id")).isEqualTo("01");
            assertThat(first.getField()).isEqualTo("reading");
            assertThat(first.getTime()).isBetween(now.minusSeconds(1), Instant.now());
            assertThat(system.readings("humidity").get(0).getTime())
                    .isEqualTo(Instant.ofEpochMilli(ms).plusNanos(8_000));
            assertThat(TestSystem.get(bridge.httpPort(), "/readyz").statusCode())
                    .isEqualTo(200);
            assertThat(metrics(bridge))
                    .contains("plantbuddy_readings_stored_total")
                    .contains("plantbuddy_journal_readings");
        }
    }

    /** Sent again by a board that had no answer, or delivered again to another bridge: decoded anew, the same points. */
    @Test
    void tenReadingsOfOneWholeSecondAreTenAlsoWhenTheyAreSentAgain() throws Exception {
        Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(60);
        String sensor = "same_second";
        String topic = "plantbuddy/rick/02/";
        String password = system.accounts.devices().add("rick", "02").password();
        try (Bridge bridge = ready();
                TestBoard board = new TestBoard(system.mqtt(), "rick/02", password)) {
            assertThat(bridge.ready()).isTrue();
            for (int round = 0; round < 2; round++) {
                StringBuilder array = new StringBuilder();
                for (int i = 0; i < 10; i++) {
                    String element = "{\"reading\":" + (20 + i / 10.0) + ",\"time\":" + second.getEpochSecond() + "}";
                    board.publish(topic + sensor, element);
                    board.publish(topic + sensor + "_property", Integer.toString(i * 1_000), second.toString());
                    board.publish(
                            topic + sensor + "_ms",
                            "{\"reading\":" + (21 + i / 7.0) + ",\"ts\":" + second.toEpochMilli() + "}");
                    array.append(i == 0 ? "[" : ",").append(element);
                }
                board.publish(topic + sensor + "_array", array.append(']').toString());
            }
            board.publish(topic + "last", "1");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(system.readings("last")).hasSize(1));
            for (String kind : List.of("", "_property", "_ms", "_array")) {
                assertThat(system.readings(sensor + kind))
                        .as(kind)
                        .hasSize(10)
                        .allSatisfy(reading -> assertThat(reading.getTime())
                                .isBetween(second, second.plusNanos(kind.equals("_ms") ? 999_999 : 999_999_999)));
            }
        }
    }

    @Test
    void lateReadingMarksItsWindow() throws Exception {
        Instant late = Instant.now()
                .minus(Duration.ofHours(2))
                .truncatedTo(ChronoUnit.MILLIS)
                .plusNanos(1);
        try (Bridge bridge = ready();
                TestBoard board = system.board()) {
            assertThat(bridge.ready()).isTrue();
            board.publish("plantbuddy/rick/01/air_temp", "{\"reading\": 18, \"time\": \"" + late + "\"}");
            long ns = late.getEpochSecond() * 1_000_000_000 + late.getNano();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    system.query(
                                            "from(bucket: \"settings\") |> range(start: -1h, stop: 1h) |> filter(fn: (r) => r._measurement == \"late\" and r.bridge == \"bridge-1\")"))
                            .extracting(FluxRecord::getField, FluxRecord::getValue)
                            .contains(
                                    org.assertj.core.api.Assertions.tuple("from", ns),
                                    org.assertj.core.api.Assertions.tuple("until", ns + 1)));
        }
    }

    @Test
    void refusedReadingIsToldToItsOwnerAndKept() throws Exception {
        try (Bridge bridge = ready();
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse");
                TestBoard board = system.board()) {
            assertThat(bridge.ready()).isTrue();
            rick.subscribe("plantbuddy/rick/rejected");
            board.publish("plantbuddy/rick/01/soil_temp", "ERR");
            board.publish("plantbuddy/rick/01/soil_temp", "12");
            await().atMost(SOON).untilAsserted(() -> assertThat(rick.received).hasSize(1));
            assertThat(rick.received.get(0).payload())
                    .contains("\"topic\":\"plantbuddy/rick/01/soil_temp\"")
                    .contains("\"payload\":\"ERR\"")
                    .contains("not a number");
            List<RefusedReading> kept = system.accounts.refusedReadings().newest("rick", 10);
            assertThat(kept).extracting(RefusedReading::payload).contains("ERR");
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(system.readings("soil_temp")).hasSize(1));
        }
    }

    @Test
    void whatComesWhileBridgeOrDatabaseIsAwayIsStoredLater() throws Exception {
        ready().close();
        try (TestBoard board = system.board()) {
            for (int i = 0; i < 100; i++) {
                board.publish("plantbuddy/rick/01/soil_moisture", Integer.toString(i));
            }
        }
        system.restartBroker();
        try (Bridge bridge = ready();
                TestBoard board = system.board()) {
            system.influxd().kill();
            for (int i = 100; i < 200; i++) {
                board.publish("plantbuddy/rick/01/soil_moisture", Integer.toString(i));
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bridge.problems()).anyMatch(line -> line.startsWith("influxdb")));
            system.restartInfluxd();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(system.readings("soil_moisture"))
                            .hasSize(200)
                            .extracting(FluxRecord::getValue)
                            .doesNotHaveDuplicates());
        }
    }

    @Test
    void connectionThatIsLostComesBackWithTheOthersAndItsReadings() throws Exception {
        try (Bridge bridge = ready();
                TestBoard board = system.board()) {
            assertThat(metrics(bridge)).contains("plantbuddy_mqtt_connects_total 2.0");
            int reading = 0;
            int connects = 2;
            for (String session : List.of("bridge-1", "bridge-1/2")) {
                try (TestBoard taker = TestBoard.inSession(
                        system.mqtt(), session, Services.BRIDGE, system.secret("mqtt-bridge-token"))) {
                    for (int i = 0; i < 100; i++) {
                        board.publish("plantbuddy/rick/01/taken", Integer.toString(reading++));
                    }
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(taker.isConnected()).isFalse());
                }
                connects += 2; // both come back before the next is taken
                String all = "plantbuddy_mqtt_connects_total " + connects + ".0";
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(metrics(bridge)).contains(all));
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(system.readings("taken"))
                            .hasSize(200)
                            .extracting(FluxRecord::getValue)
                            .doesNotHaveDuplicates());
        }
    }

    /** The broker gives readings to who has none only when its queue was empty, unless it is asked. */
    @Test
    void bridgeGetsReadingsWhileAnotherHoldsOneAndDoesNotAcknowledge() throws Exception {
        try (Bridge bridge = ready();
                TestBoard board = system.board()) {
            assertThat(bridge.ready()).isTrue();
            int sent = 0;
            try (TestBoard stalled = TestBoard.inSession(
                    system.mqtt(), "stalled", Services.BRIDGE, system.secret("mqtt-bridge-token"))) {
                stalled.subscribe(Topics.BRIDGE_SUBSCRIPTION);
                while (stalled.received.isEmpty()) {
                    assertThat(sent)
                            .as("readings none of which the stalled one was given")
                            .isLessThan(500);
                    board.publish("plantbuddy/rick/01/shared", Integer.toString(sent++));
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                for (int i = 0; i < 10; i++) {
                    board.publish("plantbuddy/rick/01/shared", Integer.toString(sent++));
                }
                awaitReadings("shared", sent - 1);
                assertThat(stalled.received).hasSize(1);
            }
            awaitReadings("shared", sent);
        }
    }

    private static void awaitReadings(String sensor, int count) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(system.readings(sensor)).hasSize(count));
    }

    private static String metrics(Bridge bridge) throws Exception {
        return TestSystem.get(bridge.httpPort(), "/metrics").body();
    }

    @Test
    void bridgeStartedBeforeTheBrokerConnectsOnceItIsThere() throws Exception {
        try (Bridge bridge = ready()) {
            system.restartBroker();
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
        }
    }
}
