package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.arrival.PublishInterceptor;

/** A board that publishes more than it may is slowed; others do not notice. */
class QuotaIT extends WithQuota {

    private static final int RATE = 100;
    private static final int FLOOD = 20_000;
    private static final int HELD_SECONDS = Math.toIntExact(PublishInterceptor.HELD_AT_MOST.toSeconds());

    QuotaIT() {
        super(RATE, 150);
    }

    @Test
    void aBoardOfMqtt3ThatWaitsForAcknowledgementsIsSlowedAndLosesNothing() throws Exception {
        Path lines = Files.write(
                data.resolve("lines"),
                IntStream.range(0, 3 * RATE).mapToObj(i -> "slow-" + i).toList());
        Mosquitto.Ended ended =
                Mosquitto.pubLines(broker.port(), "mqttv311", "rick/01", broker.rickBoard, lines, "-t", READING);
        assertThat(ended.code()).as(ended.output()).isZero();
        await().until(() -> arrived("slow-").size() == 3 * RATE);
        assertThat(broker.broker().heldMessages()).isGreaterThan(RATE);
        assertThat(broker.denied(Denial.QUOTA)).isZero();
    }

    /** Else a burst is held up to its last message, and then all of it comes at once, ahead of others' messages. */
    @Test
    void eachMessageOfABurstIsPublishedWhenItIsItsTurn() throws Exception {
        try (RawClient board = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publishTogether(3 * RATE, READING, "burst");
            assertThat(board.acknowledged(RATE)).hasSize(RATE);
            long first = System.nanoTime();
            assertThat(board.acknowledged(2 * RATE)).hasSize(2 * RATE);
            assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThan(Duration.ofMillis(100));
        }
    }

    @Test
    void aFloodIsSlowedAndNothingOfOthersIsLostOrRefused() throws Exception {
        long start = System.nanoTime();
        try (RawClient flooder = new RawClient(broker.port());
                Paho anna =
                        Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect()) {
            assertThat(flooder.connect("rick/01", broker.rickBoard)).isZero();
            CompletableFuture<Set<Integer>> acknowledged =
                    CompletableFuture.supplyAsync(() -> flooder.acknowledged(FLOOD));
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> flood(flooder));
            for (int i = 0; i < RATE; i++) {
                assertThat(anna.publish("plantbuddy/anna/01/light", "anna-" + i))
                        .isZero();
            }
            assertThat(anna.disconnects).isEmpty();
            await().until(() -> broker.broker().heldMessages() > 0);
            flooder.end();
            flood.join();
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
            await().until(() -> arrived("anna-").size() == RATE);
            await().untilAsserted(() -> assertThat(arrived("flood-"))
                    .containsAll(
                            acknowledged.join().stream().map(i -> "flood-" + i).toList())
                    .hasSizeBetween(1, Math.toIntExact(RATE * (seconds + HELD_SECONDS + 1))));
        }
    }

    /** As fast as the socket takes it, without waiting for acknowledgements. */
    private static void flood(RawClient flooder) {
        try {
            for (int i = 1; i <= FLOOD; i++) {
                flooder.publish(i, READING, "flood-" + i);
            }
        } catch (IOException e) {
            // Broken off, or ended by the broker.
        }
    }

    @Test
    void theBoardsOfAUserShareTheUsersQuota() throws Exception {
        String second = broker.accounts.devices().add("rick", "02").password();
        try (Paho one = broker.board().clientId("one").connect();
                Paho two = Paho.to(broker.uri()).as("rick/02", second).connect();
                Paho web = Paho.to(broker.uri()).as("$web", broker.web).connect()) {
            long start = System.nanoTime();
            CompletableFuture<Map<Integer, Integer>> other = CompletableFuture.supplyAsync(
                    () -> two.publishAtOnce("plantbuddy/rick/02/light", "two-", 3 * RATE));
            assertThat(one.publishAtOnce(READING, "one-", 3 * RATE).values()).containsOnly(0);
            assertThat(other.join().values()).containsOnly(0);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("two seconds for each alone, three for both")
                    .isGreaterThan(Duration.ofMillis(2_500));
            assertThat(web.publishAtOnce("plantbuddy/anna/01/light", "web-", RATE)
                            .values())
                    .as("what web publishes for others is not held up")
                    .containsOnly(0);
        }
    }
}
