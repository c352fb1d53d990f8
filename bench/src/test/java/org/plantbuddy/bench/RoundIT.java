package org.plantbuddy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the measurements measure what they say, at a size that takes seconds. */
class RoundIT {

    private static final int WARM = 200;
    private static final int MEASURED = 300;

    @TempDir
    Path folder;

    @Test
    void aRoundCountsWhatTheBridgeStoredOfWhatWaitedInTheBrokersQueue() throws Exception {
        try (Site site = Site.start(folder, 50)) {
            Round.Result bridge = Round.run(site, new Contender.Bridge(), WARM, MEASURED, 10);
            Round.Result noOp = Round.run(site, new Contender.NoOp(), WARM, MEASURED, 10);

            assertThat(bridge.sent()).isEqualTo(WARM + MEASURED);
            assertThat(bridge.stored()).isEqualTo(bridge.sent());
            assertThat(bridge.perSecond()).isPositive();
            assertThat(noOp.stored()).as("a consumer that stores nothing").isEqualTo(-1);
            assertThat(noOp.perSecond()).isPositive();
            assertThat(RawWrites.run(site, 6_000)).isPositive();
        }
    }
}
