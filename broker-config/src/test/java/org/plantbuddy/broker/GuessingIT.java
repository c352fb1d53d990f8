package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.signin.FailedSignIns;

/** Those who guess wait for each other, and for their answers; who knows the secret does not wait for them. */
class GuessingIT {

    private static final int GUESSERS = 50;
    private static final int ADDRESSES = 10;

    @TempDir
    Path data;

    private TestBroker broker;
    private volatile boolean guessing = true;
    private final List<Thread> guessers = new ArrayList<>();
    private final Set<RawClient> connected = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void start() {
        broker = new TestBroker(data);
    }

    @AfterEach
    void stop() throws Exception {
        guessing = false;
        for (RawClient waiting : connected) {
            waiting.close();
        }
        for (Thread guesser : guessers) {
            guesser.join();
        }
        broker.close();
    }

    @Test
    void fiftyWhoGuessAreSlowedAndRickAndAllBoardsGetIn() throws Exception {
        assertThat(as("anna", Site.PASSWORD)).isZero();
        long start = System.nanoTime();
        for (int i = 0; i < GUESSERS; i++) {
            String address = "127.0.1." + (1 + i % ADDRESSES);
            Thread guesser = new Thread(() -> guess("rick", address, address), "guesser-" + i);
            guessers.add(guesser);
            guesser.start();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(as("rick", Site.PASSWORD)).as("rick, sign-in %s", i).isZero();
            assertThat(as("rick", broker.rickToken)).isZero();
            assertThat(as("rick/01", broker.rickBoard)).isZero();
            assertThat(as("anna/01", broker.annaBoard)).isZero();
            assertThat(as("anna", Site.PASSWORD)).isZero();
        }
        assertThat(fromGuessersAddress("rick", Site.PASSWORD))
                .as("known by now")
                .isZero();
        await().atMost(Duration.ofMinutes(1)).until(() -> broker.denied(Denial.TOO_MANY_TRIES) > 0);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
        assertThat(broker.denied(Denial.WRONG_CREDENTIALS))
                .isBetween(1L, ADDRESSES * (FailedSignIns.FREE_TRIES + 1 + seconds));
        assertThat(broker.broker().heldSignIns()).isPositive();
    }

    @Test
    void whoGuessesTheTokenOfABoardUnderItsClientIdDoesNotHoldItUp() throws Exception {
        try (RawClient board = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero(); // its client id is that of the guessers
            for (int i = 0; i < GUESSERS; i++) {
                Thread guesser = new Thread(() -> guess("rick/01", "127.0.1.1", "raw"), "guesser-" + i);
                guessers.add(guesser);
                guesser.start();
            }
            await().until(() -> broker.broker().heldSignIns() > GUESSERS / 2);
            for (int i = 1; i <= 20; i++) {
                board.publish(i, "plantbuddy/rick/01/status", "online");
            }
            assertThat(board.acknowledged(20)).hasSize(20);
            assertThat(as("rick/01", broker.rickBoard)).isZero();
        }
    }

    @Test
    void aThousandGuessesAtOnceFromOneAddressDoNotKeepRickOut() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                RawClient guess = new RawClient(broker.port(), "127.0.2.1");
                flood.add(guess);
                guess.signIn("rick", "guess " + i);
            }
            assertThat(as("rick", Site.PASSWORD)).isZero();
            assertThat(as("rick/01", broker.rickBoard)).isZero();

            broker.accounts.users().changePassword("rick", "another horse");
            assertThat(as("rick", Site.PASSWORD)).as("known no more").isNotZero();
            assertThat(as("rick", "another horse")).isZero();
            assertThat(as("rick", "another horse")).isZero();
        } finally {
            for (RawClient guess : flood) {
                guess.close();
            }
        }
    }

    private int fromGuessersAddress(String username, String password) throws IOException {
        try (RawClient client = new RawClient(broker.port(), "127.0.1.1")) {
            return client.connect(username, password);
        }
    }

    private void guess(String username, String from, String clientId) {
        for (int i = 0; guessing; i++) {
            try (RawClient client = new RawClient(broker.port(), from)) {
                connected.add(client);
                assertThat(client.clientId(clientId).connect(username, "guess " + i))
                        .isNotZero();
                connected.remove(client);
            } catch (IOException e) {
                assertThat(guessing)
                        .as("an answer, unless the test is over: %s", e)
                        .isFalse();
            }
        }
    }

    private int as(String username, String password) {
        try (Paho client = Paho.to(broker.uri()).as(username, password)) {
            return client.connectCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
