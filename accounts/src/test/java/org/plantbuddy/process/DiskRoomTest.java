package org.plantbuddy.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

class DiskRoomTest {

    @TempDir
    Path folder;

    @Test
    void tooLittleIsToldWithWhatToDo() {
        assertThat(room(Long.MAX_VALUE / 10).tooLittleToStart())
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .contains(folder.toString())
                        .contains("MB free")
                        .contains("PLANTBUDDY_DISK_FREE"));
    }

    @Test
    void aFifthIsEnoughToGoOn() {
        DiskRoom twice = room(folder.toFile().getUsableSpace() * 2);
        assertThat(twice.tooLittleToStart()).isPresent();
        assertThat(twice.tooLittle()).isEmpty();
    }

    @Test
    void nothingIsLookedAtWithZero() {
        assertThat(room(0).tooLittleToStart()).isEmpty();
    }

    /** The folder is not there yet: its disk is. */
    private DiskRoom room(long free) {
        return DiskRoom.of(folder.resolve("data/broker"), Config.load(Map.of()).with(Map.of(Key.DISK_FREE, "" + free)));
    }
}
