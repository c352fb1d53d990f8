package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.testing.MosquittoBroker;

class LoadIT {

    private static final Credentials BOARD = new Credentials("rick", "01", "secret");

    @TempDir
    Path folder;

    @Test
    void everyNumberIsAcknowledgedArrivesAndStandsInTheLedger() throws Exception {
        Set<String> numbers =
                LongStream.range(100, 1_100).mapToObj(Long::toString).collect(Collectors.toSet());
        Path file = folder.resolve("ledger");
        try (MosquittoBroker broker = MosquittoBroker.start(folder, "rick/01", "rick/02");
                Subscriber subscriber = new Subscriber(broker, folder)) {
            LoadPlan plan = new LoadPlan(1_000, Duration.ofSeconds(1), "load", 100, LoadPlan.Times.EACH);
            runAgainst(broker, plan, file, 1_000);
            await().untilAsserted(() -> assertThat(received(subscriber)).isEqualTo(numbers));
        }
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> !line.endsWith(" sent"))
                .hasSize(1_000)
                .allMatch(line -> line.endsWith(" acknowledged rick/01"))
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactlyInAnyOrderElementsOf(numbers);
    }

    @Test
    void whatABrokerThatRestartsHasNotAcknowledgedIsSentAgain() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, "rick/01", "rick/02")) {
            Thread fault = new Thread(() -> {
                try {
                    Thread.sleep(500);
                    broker.stop();
                    broker.startAgain();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            fault.start();
            runAgainst(
                    broker,
                    new LoadPlan(2_000, Duration.ofSeconds(2), "load", 1, LoadPlan.Times.NONE),
                    folder.resolve("l"),
                    4_000);
            fault.join();
        }
    }

    private static void runAgainst(MosquittoBroker broker, LoadPlan plan, Path file, long expected) throws Exception {
        try (Ledger ledger = Ledger.in(file)) {
            new Load(
                            new BrokerAddress("127.0.0.1", broker.port()),
                            List.of(BOARD),
                            plan,
                            ledger,
                            Duration.ofSeconds(30))
                    .run();
            assertThat(ledger.acknowledged()).as(ledger.summary()).isEqualTo(expected);
            assertThat(ledger.unacknowledged()).isZero();
        }
    }

    private static Set<String> received(Subscriber subscriber) {
        return subscriber.lines().stream()
                .filter(line -> line.startsWith("plantbuddy/rick/01/load "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toSet());
    }
}
