package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;

class AccountsByUrlTest {
    @TempDir
    Path folder;

    @Test
    void anSqliteUrlGetsTheSameCareAsTheFileInTheDataFolder() throws Exception {
        Path file = folder.resolve("shared.db");
        Config config = Config.load(Map.of("PLANTBUDDY_DATABASE_URL", "jdbc:sqlite:" + file));
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            assertThat(accounts.users()).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(folder.resolve("shared.db-wal")).exists();
        }
    }
}
