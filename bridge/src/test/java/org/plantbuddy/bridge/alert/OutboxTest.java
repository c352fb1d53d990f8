package org.plantbuddy.bridge.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Mute;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.reading.Level;

class OutboxTest {

    private static final String STATE = "plantbuddy/rick/alerts/01/soil_moisture";
    private static final long T = 1_795_000_000_000_000_000L;

    private final RecordingPublisher broker = new RecordingPublisher();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Accounts accounts;
    private @Nullable Outbox started;

    @BeforeAll
    static void waitAsLongAsABusyMachineTakes() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @AfterAll
    static void waitAsUsual() {
        Awaitility.reset();
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        accounts.users().add("anna", "correct horse");
        accounts.devices().add("rick", "01");
    }

    @AfterEach
    void close() {
        if (started != null) {
            started.close();
        }
        accounts.close();
    }

    @Test
    void eventGoesOutAsDocumented() throws Exception {
        Alert alert = store("rick", Level.CRIT, T + 1);
        start();
        await().until(this::nothingPending);

        RecordingPublisher.Message event = broker.acknowledged.get(0);
        assertThat(event.topic()).isEqualTo("plantbuddy/rick/alerts");
        assertThat(event.retained()).isFalse();
        assertThat(event.properties()).containsExactly(Map.entry("id", alert.id()));
        JsonNode json = new ObjectMapper().readTree(event.payload());
        assertThat(json.properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "id",
                        "user",
                        "device",
                        "sensor",
                        "level",
                        "previous_level",
                        "value",
                        "threshold",
                        "message",
                        "time",
                        "status_time");
        assertThat(json.get("id").asText()).isEqualTo(alert.id());
        assertThat(json.get("value").asDouble()).isEqualTo(20);
        assertThat(json.get("level").asText()).isEqualTo("crit");
        assertThat(json.get("status_time").asText()).isEqualTo("2026-11-18T11:06:40.000000001Z");
    }

    @Test
    void alertInForceIsRetainedAndClearedOnRecovery() {
        Outbox outbox = start();
        Alert crit = store("rick", Level.CRIT, T);
        store("rick", Level.OK, T + 1);
        outbox.wake();
        await().until(this::nothingPending);

        RecordingPublisher.Message last = broker.states().get(broker.states().size() - 1);
        assertThat(last.topic()).isEqualTo(STATE);
        assertThat(last.payload()).isEmpty();
        assertThat(broker.events()).hasSize(2).first().isEqualTo(crit.id());
    }

    @Test
    void mutedAlertIsRetainedAndInTheHistoryAndTellsNoEvent() {
        accounts.mutes().set(new Mute("rick", "01", Mute.ALL, Optional.empty()));
        Outbox outbox = start();
        Alert muted = store("rick", Level.CRIT, T);
        outbox.wake();
        await().until(this::nothingPending);

        assertThat(broker.events()).isEmpty();
        assertThat(broker.states())
                .singleElement()
                .satisfies(state -> assertThat(state.payload()).contains(muted.id()));
        assertThat(accounts.alerts().inForce("rick")).containsExactly(muted);

        accounts.mutes().remove("rick", "01", Mute.ALL);
        Alert told = store("rick", Level.OK, T + 1);
        outbox.wake();
        await().until(this::nothingPending);
        assertThat(broker.events()).containsExactly(told.id());
        assertThat(broker.states().get(1).payload()).isEmpty();
    }

    @Test
    void olderStatusTellsItsEventButLeavesTheNewerState() {
        Outbox outbox = start();
        Alert newer = store("rick", Level.CRIT, T + 10);
        outbox.wake();
        await().until(this::nothingPending);
        Alert older = store("rick", Level.OK, T);
        outbox.wake();
        await().until(this::nothingPending);

        assertThat(broker.events()).containsExactly(newer.id(), older.id());
        assertThat(broker.states()).hasSize(1).first().satisfies(state -> {
            assertThat(state.topic()).isEqualTo(STATE);
            assertThat(state.payload()).contains(newer.id());
        });
    }

    @Test
    void stateThatGrewOldOnItsWayIsFollowedByTheNewer() {
        Alert first = store("rick", Level.WARN, T);
        broker.answering(message -> {
            // Another bridge stores and publishes a newer change while ours is under way.
            if (message.retained() && message.payload().contains(first.id())) {
                accounts.alerts().published(store("rick", Level.CRIT, T + 1).id());
            }
            return RecordingPublisher.acknowledge(message);
        });
        start();
        await().until(this::nothingPending);

        assertThat(broker.states()).hasSize(2);
        assertThat(broker.states().get(1).payload()).contains("\"level\":\"crit\"");
    }

    @Test
    void changesOfOneUserKeepTheirOrder() {
        Alert third = store("rick", Level.OK, T + 2);
        Alert first = store("rick", Level.WARN, T);
        Alert second = store("rick", Level.CRIT, T + 1);
        start();
        await().until(this::nothingPending);

        assertThat(broker.events()).containsExactly(first.id(), second.id(), third.id());
    }

    @Test
    void whatAnEarlierProcessStoredAndDidNotPublishGoesOut() {
        // Stored and never published: what a crash between the two leaves behind.
        Alert left = store("rick", Level.CRIT, T);
        start();
        await().until(this::nothingPending);

        assertThat(broker.events()).containsExactly(left.id());
    }

    @Test
    void crashAfterTheBrokersAcknowledgementRepeatsTheSameId() {
        Alert alert = store("rick", Level.CRIT, T);
        broker.answering(RecordingPublisher::acknowledge);
        boolean unused = broker.publish("plantbuddy/rick/alerts", new byte[0], false, Map.of("id", alert.id()))
                .isDone();
        start();
        await().until(this::nothingPending);

        assertThat(broker.events()).containsExactly(alert.id(), alert.id());
    }

    @Test
    void storedAlertGoesOutAtOnce() {
        Outbox outbox = start();
        await().until(() -> outbox.problem().isEmpty());
        store("rick", Level.CRIT, T);
        outbox.wake();

        await().atMost(Duration.ofSeconds(2)).until(this::nothingPending);
    }

    @Test
    void brokerThatIsAwayIsToldAndTriedUntilItIsBack() {
        broker.answering(RecordingPublisher::refuse);
        Outbox outbox = start();
        Alert alert = store("rick", Level.CRIT, T);
        outbox.wake();
        await().until(() -> outbox.problem().isPresent());
        assertThat(outbox.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("no connection"));
        assertThat(meters.get("plantbuddy.outbox.pending").gauge().value()).isEqualTo(1);

        broker.answering(RecordingPublisher::acknowledge);
        await().until(this::nothingPending);
        assertThat(broker.events()).containsExactly(alert.id());
        await().until(() -> outbox.problem().isEmpty());
        assertThat(meters.get("plantbuddy.alert.publish.failures").counter().count())
                .isPositive();
        assertThat(meters.get("plantbuddy.alert.publish").timer().count()).isEqualTo(1);
    }

    @Test
    void publisherThatThrowsIsAFailureLikeAnyOther() {
        broker.answering(message -> {
            throw new IllegalStateException("too many publishes");
        });
        Outbox outbox = start();
        store("rick", Level.CRIT, T);
        outbox.wake();
        await().until(() -> outbox.problem().isPresent());

        broker.answering(RecordingPublisher::acknowledge);
        await().until(this::nothingPending);
    }

    @Test
    void oneUsersRefusedAlertKeepsNobodyElseWaiting() {
        broker.answering(message -> message.topic().startsWith("plantbuddy/anna/")
                ? RecordingPublisher.refuse(message)
                : RecordingPublisher.acknowledge(message));
        store("anna", Level.CRIT, T);
        Alert ricks = store("rick", Level.CRIT, T + 1);
        start();

        await().until(() -> broker.events().contains(ricks.id()));
        assertThat(accounts.alerts().pendingCount()).isEqualTo(1);
    }

    @Test
    void stateThatIsNotAcknowledgedKeepsTheAlertPending() {
        broker.answering(
                message -> message.retained() ? new CompletableFuture<>() : RecordingPublisher.acknowledge(message));
        store("rick", Level.CRIT, T);
        start();

        await().until(() -> broker.events().size() == 1);
        assertThat(accounts.alerts().pendingCount()).isEqualTo(1);
    }

    @Test
    void ofTwoBridgesOneAloneIsPublishingAnAlert() {
        CompletableFuture<Outcome> acknowledgement = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        broker.answering(message -> {
            asked.incrementAndGet();
            return acknowledgement;
        });
        Alert alert = store("rick", Level.CRIT, T);
        start();
        await().until(() -> asked.get() == 2);

        RecordingPublisher others = new RecordingPublisher();
        try (Outbox other = Outbox.start(accounts.alerts(), others, "bridge-2", meters, Clock.systemUTC())) {
            store("anna", Level.CRIT, T);
            other.wake();
            await().until(() -> others.events().size() == 1); // it has looked, and took anna's alone
            acknowledgement.complete(new Outcome.Acknowledged());
            await().until(this::nothingPending);
            other.wake();
        }
        assertThat(broker.events()).containsExactly(alert.id());
        assertThat(others.events()).doesNotContain(alert.id());
    }

    @Test
    void whatOneBridgeCannotPublishAnotherDoes() {
        broker.answering(RecordingPublisher::refuse);
        Alert alert = store("rick", Level.CRIT, T);
        Outbox cannot = start();
        await().until(() -> cannot.problem().isPresent());

        RecordingPublisher others = new RecordingPublisher();
        try (Outbox other = Outbox.start(accounts.alerts(), others, "bridge-2", meters, Clock.systemUTC())) {
            await().until(() -> {
                other.wake();
                return nothingPending();
            });
        }
        assertThat(others.events()).containsExactly(alert.id());
    }

    @Test
    void closedOutboxSaysSo() {
        Outbox outbox = start();
        outbox.close();

        await().until(() -> outbox.problem().isPresent());
    }

    private Outbox start() {
        Outbox outbox = Outbox.start(accounts.alerts(), broker, "bridge-1", meters, Clock.systemUTC());
        started = outbox;
        return outbox;
    }

    private boolean nothingPending() {
        return accounts.alerts().pendingCount() == 0;
    }

    private Alert store(String user, Level level, long statusTimeNs) {
        Alert alert = new Alert(
                AlertId.of(user, "01", "soil_moisture", level, statusTimeNs),
                user,
                "01",
                "soil_moisture",
                level,
                Level.OK,
                OptionalDouble.of(20),
                "35",
                "soil moisture at 20 on board 01 of " + user,
                statusTimeNs,
                statusTimeNs);
        assertThat(accounts.alerts().store(alert)).isTrue();
        return alert;
    }
}
