package org.plantbuddy.boards;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.testing.Tried;
import org.plantbuddy.topic.SeriesName;

/**
 * Whatever a board publishes becomes readings or refusals with a reason, the same ones whenever it is delivered.
 *
 * <p>What stands behind an ASCII record separator is user property {@code time}.
 */
class PayloadFuzz {

    private static final Tried TRIED = new Tried("payloads");
    private static final char SEPARATOR = 0x1e;
    private static final SeriesName SERIES = new SeriesName("rick", "01", "light");
    private static final Instant ARRIVED = Instant.parse("2026-11-26T12:00:00.123456789Z");
    private static final long STAMP = ARRIVED.getEpochSecond() * 1_000_000_000 + ARRIVED.getNano();
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration UNIT = Duration.ofSeconds(1);
    private static final int LONGEST_REASON = 1_500;

    private final Decoder decoder = new Decoder(KEPT, Clock.fixed(ARRIVED, ZoneOffset.UTC));
    private final Decoder later = new Decoder(KEPT, Clock.fixed(ARRIVED.plus(KEPT), ZoneOffset.UTC));

    @FuzzTest
    void becomesReadingsOrRefusals(byte[] input) {
        TRIED.one();
        Message message = message(input);
        List<Decoded> all = decoder.decode(SERIES, message);
        assertThat(all).isNotEmpty().hasSizeLessThanOrEqualTo(input.length + 1);
        assertThat(later.decode(SERIES, message)).isEqualTo(all);
        for (Decoded decoded : all) {
            if (decoded instanceof Decoded.Accepted accepted) {
                check(accepted.reading());
            } else if (decoded instanceof Decoded.Refused refused) {
                assertThat(refused.text()).isNotBlank().hasSizeLessThan(LONGEST_REASON);
                assertThat(refused.text()).doesNotContainPattern("\\p{Cntrl}");
            }
        }
    }

    private static void check(Reading reading) {
        assertThat(reading.series()).isEqualTo(SERIES);
        assertThat(reading.stampNs()).isEqualTo(STAMP);
        assertThat(reading.value()).isFinite();
        assertThat(Instant.EPOCH.plusNanos(reading.timeNs()))
                .isBetween(
                        ARRIVED.minus(KEPT),
                        ARRIVED.plus(ReadingTime.MOST_AHEAD).plus(UNIT));
    }

    private static Message message(byte[] input) {
        int end = input.length;
        while (end > 0 && input[end - 1] != SEPARATOR) {
            end--;
        }
        Optional<String> time = end == 0
                ? Optional.empty()
                : Optional.of(new String(input, end, input.length - end, StandardCharsets.UTF_8));
        byte[] payload = end == 0 ? input : Arrays.copyOf(input, end - 1);
        return new Message(SERIES.topic(), payload, Optional.of(STAMP), Optional.empty(), time);
    }

    @AfterAll
    static void tell() {
        TRIED.tell();
    }
}
