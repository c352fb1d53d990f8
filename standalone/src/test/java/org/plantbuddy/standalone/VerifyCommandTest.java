package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    @Test
    void whatAKilledOneLeftIsDeletedAndWhatAnotherVerifiesIsNot(@TempDir Path backups) throws Exception {
        Path killed = backups.resolve(".plantbuddy-verify-1");
        Path runs = backups.resolve(".plantbuddy-verify-2");
        Path foreign = Files.createDirectories(backups.resolve("plants/data"));
        DataFolder.claim(killed.resolve("data")).close();
        Files.createDirectories(killed.resolve("data/secrets"));
        Files.writeString(killed.resolve("data/secrets/token"), "a secret");

        DataFolder held = DataFolder.claim(runs.resolve("data"));
        try (held) {
            VerifyCommand.deleteLeftBehind(backups);
        }
        assertThat(killed).doesNotExist();
        assertThat(runs.resolve("data/lock")).exists();
        assertThat(foreign).exists();
    }
}
