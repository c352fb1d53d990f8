package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.config.Config;

/** Broker, bridge, web and commands open the same database, each with its own connections. */
class SharedDatabaseTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Database.class)
    void whoeverOpensAnEmptyDatabaseTogetherAllGetIt(Database database) throws Exception {
        Config config = database.fresh(folder);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Accounts>> opening = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                opening.add(threads.submit(() -> Accounts.open(config, Clock.systemUTC())));
            }
            for (Future<Accounts> one : opening) {
                try (Accounts accounts = one.get()) {
                    assertThat(accounts.answers()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void writersDoNotFailEachOther(Database database) throws Exception {
        Config config = database.fresh(folder);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Accounts one = Accounts.open(config, Clock.systemUTC());
                Accounts other = Accounts.open(config, Clock.systemUTC())) {
            one.users().add("rick", "correct horse");
            List<Future<?>> writing = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int number = thread;
                Accounts accounts = thread % 2 == 0 ? one : other;
                writing.add(threads.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        accounts.devices().add("rick", "d" + number + "-" + i);
                    }
                }));
            }
            for (Future<?> writer : writing) {
                writer.get();
            }
            assertThat(one.devices().list("rick")).hasSize(200);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void databaseFileIsTheOwnersAlone() throws Exception {
        Path file = folder.resolve("new/plantbuddy.db");
        try (Accounts accounts = Accounts.openFile(file, Clock.systemUTC())) {
            accounts.users().add("rick", "correct horse");
            try (var files = Files.list(folder.resolve("new"))) {
                assertThat(files)
                        .allSatisfy(
                                made -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void secretsAreNotInTheFile() throws Exception {
        Path file = folder.resolve("plantbuddy.db");
        String token;
        try (Accounts accounts = Accounts.openFile(file, Clock.systemUTC())) {
            accounts.users().add("rick", "correct horse");
            token = accounts.devices().add("rick", "01").password();
        }
        String bytes = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(bytes).contains("rick").doesNotContain("correct horse").doesNotContain(token);
    }

    @Test
    void databaseThatCannotBeOpenedIsNamedWithoutItsPassword() {
        Config config = Config.load(java.util.Map.of(
                "PLANTBUDDY_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x?password=hidden",
                "PLANTBUDDY_DATABASE_USER", "u"));

        assertThatThrownBy(() -> Accounts.open(config, Clock.systemUTC()))
                .isInstanceOf(AccountsUnavailableException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/x")
                .hasMessageNotContaining("hidden");
    }
}
