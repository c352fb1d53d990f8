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

    /** Where nobody sets another figure: 1 GB. */
    @Test
    void lessThanTheFloorIsTooLittleToStartAndLessThanAFifthOfItToGoOn() {
        assertThat(with(1_000_000_000).tooLittleToStart()).isEmpty();
        assertThat(with(999_999_999).tooLittleToStart())
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains("999 MB free, and it takes 1,000 MB to start"));
        assertThat(with(200_000_000).tooLittle()).isEmpty();
        assertThat(with(199_999_999).tooLittle())
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains("199 MB free, and it takes 200 MB to take readings"));
        assertThat(with(8 << 20).isFull()).isFalse();
        assertThat(with((8 << 20) - 1).isFull()).isTrue();
    }

    @Test
    void nothingIsLookedAtWithZero() {
        assertThat(room(0).tooLittleToStart()).isEmpty();
    }

    /** The folder is not there yet: its disk is. */
    private DiskRoom room(long free) {
        return DiskRoom.of(folder.resolve("data/broker"), Config.load(Map.of()).with(Map.of(Key.DISK_FREE, "" + free)));
    }

    private DiskRoom with(long free) {
        return DiskRoom.of(folder, Config.load(Map.of()), disk -> free);
    }
}
