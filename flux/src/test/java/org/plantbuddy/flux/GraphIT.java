package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphIT {

    private static final Duration TWO_DAYS = Duration.ofDays(2);
    private static RealInflux influx;

    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(1));

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        influx = RealInflux.start(folder);
    }

    @AfterAll
    static void stop() {
        influx.close();
    }

    @AfterEach
    void forget() {
        influx.clear();
    }

    @Test
    void emptyBucketsGiveAnEmptyGraph() {
        assertThat(influx.run(FluxScript.graph("rick", TWO_DAYS), hour)).isEmpty();
    }

    @Test
    void historyIsDownsampledAndTheNewestMinutesAreRawWithoutGapOrOverlap() {
        Instant now = hour.plusSeconds(15);
        for (int minute = 0; minute < 60; minute++) {
            influx.reading("rick", "01", "light", minute, hour.minus(Duration.ofMinutes(minute)));
        }
        influx.run(FluxScript.downsample(), hour.minus(Duration.ofMinutes(10)).plusSeconds(30));

        List<FluxRecord> before = influx.run(FluxScript.graph("rick", TWO_DAYS), now);
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        List<FluxRecord> after = influx.run(FluxScript.graph("rick", TWO_DAYS), now);

        assertThat(before).hasSize(5 + 11);
        assertThat(before.stream().map(FluxRecord::getTime)).isSorted().doesNotHaveDuplicates();
        assertThat(after.stream().map(FluxRecord::getValues).toList())
                .isEqualTo(before.stream().map(FluxRecord::getValues).toList());
        assertThat(before.get(0).getValues()).containsKeys("_time", "_value", "_measurement", "device_id");
    }

    @Test
    void readingAheadOfNowIsShownWhenItsTimeHasCome() {
        influx.reading("rick", "01", "soil_moisture", 12, hour.minusSeconds(5));
        influx.reading("rick", "01", "soil_moisture", 60, hour.plusSeconds(540));

        assertThat(influx.run(FluxScript.graph("rick", TWO_DAYS), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0);
        assertThat(influx.run(FluxScript.graph("rick", TWO_DAYS), hour.plusSeconds(540)))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0, 60.0);
    }

    @Test
    void onlyTheUsersOwnBoardsAreShownAndOneBoardWhenItIsNamed() {
        for (String user : List.of("rick", "anna")) {
            influx.reading(user, "01", "light", 1, hour.minusSeconds(5));
            influx.reading(user, "02", "light", 2, hour.minusSeconds(5));
        }

        assertThat(influx.run(FluxScript.graph("rick", TWO_DAYS), hour)).hasSize(2);
        assertThat(influx.run(FluxScript.graph("rick", "02", TWO_DAYS), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(2.0);
        assertThat(influx.run(FluxScript.graph("otto", TWO_DAYS), hour)).isEmpty();
    }
}
