package org.plantbuddy.web.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTest {

    private static final Instant NOW = Instant.parse("2026-11-27T07:41:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT1M, PT1S",
        "PT1H, PT10S",
        "PT6H, PT1M",
        "PT24H, PT10M",
        "PT48H, PT10M",
        "PT85H, PT10M",
        "P7D, PT30M",
        "P30D, PT2H",
        "P90D, PT12H",
        "P365D, P1D",
        "P511D, P2D",
        "P3653D, P8D",
    })
    void windowsAreAsShortAsALineAllows(Duration length, Duration step) {
        assertThat(Span.step(length)).isEqualTo(step);
        assertThat(length.toSeconds() / step.toSeconds()).isLessThanOrEqualTo(511);
    }

    @Test
    void windowsBeginAtWholeStepsSince1970AsInfluxDbsDo() {
        assertThat(Span.floor(NOW, Duration.ofHours(2))).isEqualTo(Instant.parse("2026-11-27T06:00:00Z"));
        assertThat(Span.floor(NOW, Duration.ofDays(5))).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
    }

    @Test
    void rangeMovesWithNowAndFromToDoesNot() {
        Span day = Span.last(Duration.ofHours(24));
        assertThat(day.start(NOW)).isEqualTo(NOW.minus(Duration.ofHours(24)));
        assertThat(day.end(NOW)).isEqualTo(NOW);
        Instant from = NOW.minusSeconds(7200);
        Span open = Span.between(from, Optional.empty());
        assertThat(open.start(NOW)).isEqualTo(from);
        assertThat(open.end(NOW)).isEqualTo(NOW);
        assertThat(Span.between(from, Optional.of(NOW.minusSeconds(60))).end(NOW))
                .isEqualTo(NOW.minusSeconds(60));
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "2026-11-27T07:30:00Z, 1795764600",
        "2026-11-27T07:30:00.25Z, 1795764600.25",
        "2024-02-29T23:59:59.000000001Z, 1709251199.000000001",
    })
    void timesOfInfluxDbAreRead(String time, double seconds) {
        assertThat(Rfc3339.seconds(time)).isEqualTo(seconds);
        assertThat(Instant.parse(time).getEpochSecond()).isEqualTo((long) seconds);
    }
}
