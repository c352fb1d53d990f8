package org.plantbuddy.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterHeaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "7 | 7",
                "' 7 ' | 7",
                "86400 | 120",
                "99999999999999999999 | 120",
                "-5 | 0",
                "1.5 | 0",
                "soon | 0",
                "'' | 0",
                "Tue, 24 Nov 2026 12:00:30 GMT | 30",
                "Tue, 24 Nov 2026 11:00:00 GMT | 0",
                "Fri, 24 Nov 2056 12:00:00 GMT | 120",
            })
    void waitIsWithinReason(String header, long seconds) {
        Clock clock = Clock.fixed(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
        assertThat(RetryAfterHeader.parse(header, clock)).hasSeconds(seconds);
    }
}
