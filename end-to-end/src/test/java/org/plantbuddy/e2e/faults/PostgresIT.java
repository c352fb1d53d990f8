package org.plantbuddy.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker, bridge and provisioning with their accounts in a real PostgreSQL. */
class PostgresIT {

    @TempDir
    Path folder;

    @Test
    void boardsOfAPostgresqlSignInAndTheirReadingsAreStoredOnceThroughAKillOfTheBridge() throws Exception {
        try (EmbeddedPostgres postgres = postgres();
                Fleet fleet = Fleet.start(
                        folder,
                        1,
                        Map.of(
                                "PLANTBUDDY_DATABASE_URL",
                                "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres",
                                "PLANTBUDDY_DATABASE_USER",
                                "postgres"))) {
            assertThat(new Rounds(fleet, System.out::println).run(Kill.BRIDGE, 1))
                    .allMatch(outcome -> outcome.isKept(Kill.BRIDGE));
            assertThat(folder.resolve("data/plantbuddy.db")).doesNotExist();
        }
    }

    private static EmbeddedPostgres postgres() {
        try {
            return EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(new File("target/postgresql"))
                    .start();
        } catch (IOException | RuntimeException e) {
            // It will not run as root, and not everywhere may root become somebody else.
            return Assumptions.abort("no PostgreSQL can be started here: " + e);
        }
    }
}
