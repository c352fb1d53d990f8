package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** A PostgreSQL that goes away, or hangs, behind a wire that the test cuts. */
@Timeout(120)
class DatabaseAwayTest {

    /** What operators were promised; and far from the half minute of a pool that nobody set. */
    private static final int KNOWN_WITHIN_S = 3;

    private Wire wire;
    private Config throughWire;
    private Accounts accounts;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        Config config = Database.POSTGRESQL.fresh(folder);
        URI server = URI.create(config.text(Key.DATABASE_URL).substring("jdbc:".length()));
        wire = new Wire(server.getPort());
        throughWire =
                config.with(Map.of(Key.DATABASE_URL, "jdbc:postgresql://127.0.0.1:" + wire.port() + server.getPath()));
        accounts = Accounts.open(throughWire, Clock.systemUTC());
        assertThat(accounts.answers()).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        accounts.close();
        wire.close();
    }

    /** It ended when the first connection took more than two seconds, as beside other things that start. */
    @Test
    void serviceThatStartsBeforeItsDatabaseWaitsForIt() throws Exception {
        wire.refuse();
        CompletableFuture<Accounts> service =
                CompletableFuture.supplyAsync(() -> Accounts.open(throughWire, Clock.systemUTC()));
        await().pollDelay(KNOWN_WITHIN_S, TimeUnit.SECONDS).until(() -> !service.isDone());
        wire.restore();
        try (Accounts opened = service.get(30, TimeUnit.SECONDS)) {
            assertThat(opened.answers()).isTrue();
        }
        wire.refuse();
        assertThatThrownBy(() -> Accounts.openExisting(throughWire, Clock.systemUTC()))
                .as("a command does not")
                .isInstanceOf(AccountsUnavailableException.class);
        wire.restore();
    }

    @Test
    void databaseThatIsGoneIsToldSoonAndFoundAgain() throws IOException {
        wire.refuse();
        assertThat(within3s(accounts::answers)).isFalse();
        assertThat(within3s(accounts::answers)).as("the pool is empty now").isFalse();
        wire.restore();
        await().atMost(30, TimeUnit.SECONDS).until(accounts::answers);
    }

    @Test
    void databaseThatHangsIsToldSoonAndFoundAgain() {
        wire.hang();
        assertThat(within3s(accounts::answers)).isFalse();
        assertThat(within3s(accounts::answers)).isFalse();
        wire.goOn();
        await().atMost(30, TimeUnit.SECONDS).until(accounts::answers);
    }

    @Test
    void manyWhoAskADatabaseThatHangsAreAllToldSoon() {
        wire.hang();
        assertThatThrownBy(() -> accounts.users().exists("rick")).isInstanceOf(JdbiException.class);
        List<CompletableFuture<Boolean>> asking = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asking.add(CompletableFuture.supplyAsync(() -> {
                assertThatThrownBy(() -> accounts.users().exists("rick")).isInstanceOf(JdbiException.class);
                return true;
            }));
        }
        // Two processors share a pool of few threads: one after another at two seconds each it would be over a minute.
        CompletableFuture<Void> all = CompletableFuture.allOf(asking.toArray(CompletableFuture[]::new));
        assertThat(all).succeedsWithin(15, TimeUnit.SECONDS);
    }

    private static <T> T within3s(java.util.function.Supplier<T> question) {
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(question);
        assertThat(answer).succeedsWithin(KNOWN_WITHIN_S, TimeUnit.SECONDS);
        return answer.join();
    }
}
