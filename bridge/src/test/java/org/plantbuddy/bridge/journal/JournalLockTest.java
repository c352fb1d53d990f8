package org.plantbuddy.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asked by another process: inside one, Java itself knows. */
class JournalLockTest {

    private static final int FREE = 0;
    private static final int TAKEN = 3;

    @TempDir
    Path data;

    public static void main(String[] folder) {
        System.exit(JournalLock.claim(Path.of(folder[0])).isPresent() ? FREE : TAKEN);
    }

    private static int claimedByAnother(Path folder) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JournalLockTest.class.getName(),
                        folder.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @Test
    void nothingThatItsBridgeDoesGivesItUp() throws Exception {
        Journals journals = new Journals(data, 1L << 30, Clock.systemUTC());
        Journals.Owned own = journals.firstFree();
        Journals.Owned named = journals.named("greenhouse", Duration.ZERO);
        assertThat(journals.abandoned(Duration.ZERO)).isEmpty();
        assertThat(journals.abandoned(Duration.ZERO)).isEmpty();
        assertThat(JournalLock.claim(data.resolve("journal-bridge-1"))).isEmpty();
        assertThat(claimedByAnother(data.resolve("journal-bridge-1"))).isEqualTo(TAKEN);
        assertThat(claimedByAnother(data.resolve("journal-greenhouse"))).isEqualTo(TAKEN);
        own.journal().close();
        named.journal().close();
        assertThat(claimedByAnother(data.resolve("journal-bridge-1"))).isEqualTo(FREE);
    }
}
