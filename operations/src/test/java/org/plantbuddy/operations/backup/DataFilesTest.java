package org.plantbuddy.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {

    private static final int LOOKS = 300;

    @TempDir
    Path folder;

    @Test
    void whatOthersHoldIsNotEvenLookedAtAndWhatComesAndGoesIsNoMatter() throws Exception {
        for (String file : new String[] {
            "secrets/token", "tls/ca.pem", "note", "lock", "plantbuddy.db-wal", "journal-1/db", "influxdb/engine/wal"
        }) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "1");
        }
        AtomicBoolean ends = new AtomicBoolean();
        Thread busy = new Thread(() -> {
            while (!ends.get()) {
                comesAndGoes(folder.resolve("influxdb/engine/shard"));
                comesAndGoes(folder.resolve("secrets/new"));
            }
        });
        busy.start();
        try {
            for (int look = 0; look < LOOKS; look++) {
                assertThat(new DataFiles(folder).all())
                        .filteredOn(file -> !file.startsWith("secrets/new"))
                        .containsExactly(Path.of("note"), Path.of("secrets/token"), Path.of("tls/ca.pem"));
            }
        } finally {
            ends.set(true);
            busy.join();
        }
    }

    private static void comesAndGoes(Path sub) {
        try {
            Files.createDirectory(sub);
            Files.createFile(sub.resolve("one"));
            Files.delete(sub.resolve("one"));
            Files.delete(sub);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
