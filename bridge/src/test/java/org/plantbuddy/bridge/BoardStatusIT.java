package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.BoardStatus;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.boards.BoardState;

/** What boards say of themselves, and the broker in their name, through a real broker. */
class BoardStatusIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String STATUS = "plantbuddy/rick/01/status";

    @TempDir
    Path data;

    private TestSystem system;

    @BeforeEach
    void start() throws Exception {
        system = new TestSystem(data);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private Bridge ready() throws Exception {
        Bridge bridge = Bridge.start(system.bridgeConfig(), system.accounts);
        await().atMost(SOON).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
        return bridge;
    }

    private TestBoard board(String password) throws Exception {
        return TestBoard.withWill(system.mqtt(), "rick/01", password, STATUS, "offline");
    }

    private Optional<BoardStatus> known() {
        return system.accounts.devices().list("rick").get(0).status();
    }

    private void awaitKnown(BoardState state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(known().map(BoardStatus::state)).contains(state));
    }

    @Test
    void boardIsOnlineFromItsWordUntilItsConnectionBreaks() throws Exception {
        Instant start = Instant.now();
        try (Bridge bridge = ready()) {
            assertThat(bridge.ready()).isTrue();
            try (TestBoard board = board(system.boardPassword)) {
                board.publish(STATUS, "online");
                awaitKnown(BoardState.ONLINE);
                assertThat(known().orElseThrow().since()).isBetween(start, Instant.now());
            }
            awaitKnown(BoardState.OFFLINE);
        }
    }

    @Test
    void boardThatBrokeOffAndCameBackWhileNoBridgeRanIsOnline() throws Exception {
        ready().close();
        Instant back;
        try (TestBoard before = board(system.boardPassword)) {
            before.publish(STATUS, "online");
            try (TestBoard after = board(system.boardPassword)) { // takes the session over: before's will is published
                back = Instant.now().minusMillis(1);
                after.publish(STATUS, "online");
                after.publish("plantbuddy/rick/01/light", "36");
                try (Bridge bridge = ready()) {
                    assertThat(bridge.ready()).isTrue();
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(system.readings("light"))
                                    .extracting(FluxRecord::getValue)
                                    .containsExactly(36.0));
                    awaitKnown(BoardState.ONLINE);
                    assertThat(known().orElseThrow().since()).isAfterOrEqualTo(back);
                }
            }
        }
    }

    @Test
    void statusIsNotAcknowledgedBeforeItIsStored() throws Exception {
        try (Connection lock = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("plantbuddy.db"));
                Statement statement = lock.createStatement();
                TestBoard board = board(system.boardPassword)) {
            try (Bridge bridge = ready()) {
                statement.execute("BEGIN IMMEDIATE");
                board.publish(STATUS, "online");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(bridge.problems()).anyMatch(line -> line.startsWith("ingest")));
            }
            statement.execute("ROLLBACK");
            assertThat(known()).isEmpty();
            try (Bridge next = ready()) {
                assertThat(next.ready()).isTrue();
                awaitKnown(BoardState.ONLINE);
            }
        }
    }

    @Test
    void otherWordsAreRefusedAndToldToTheOwnerAndWhatIsKnownStays() throws Exception {
        try (Bridge bridge = ready();
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse")) {
            rick.subscribe("plantbuddy/rick/rejected");
            try (TestBoard board = TestBoard.withWill(system.mqtt(), "rick/01", system.boardPassword, STATUS, "gone")) {
                board.publish(STATUS, "online");
                board.publish(STATUS, "asleep");
            }
            await().atMost(SOON).untilAsserted(() -> assertThat(rick.received).hasSize(2));
            assertThat(rick.received)
                    .allSatisfy(message -> assertThat(message.payload())
                            .contains("\"topic\":\"" + STATUS + "\"")
                            .contains("must be 'online' or 'offline'"));
            assertThat(system.accounts.refusedReadings().newest("rick", 10))
                    .extracting(RefusedReading::payload)
                    .containsExactlyInAnyOrder("asleep", "gone");
            assertThat(known().map(BoardStatus::state)).contains(BoardState.ONLINE);
            assertThat(TestSystem.get(bridge.httpPort(), "/metrics").body())
                    .contains("plantbuddy_readings_refused_total{reason=\"status\"} 2.0");
        }
    }

    @Test
    void boardOfALaterAccountOfTheSameNameIsHeardAlsoWhenItBreaksOff() throws Exception {
        try (Bridge bridge = ready();
                TestBoard before = board(system.boardPassword)) {
            assertThat(bridge.ready()).isTrue();
            before.publish(STATUS, "online");
            awaitKnown(BoardState.ONLINE);
            system.accounts.users().remove("rick");
            await().atMost(SOON)
                    .until(() -> system.accounts.removals().pending("rick").isEmpty());
            system.accounts.users().add("rick", "another horse");
            String password = system.accounts.devices().add("rick", "01").password();
            assertThat(known()).isEmpty();
            board(password).close();
            awaitKnown(BoardState.OFFLINE);
        }
    }
}
