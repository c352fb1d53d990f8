package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.plantbuddy.topic.InvalidNameException;

class HistoryTest {

    private static final Instant UNTIL = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void twoDaysAre2880ReadingsOfEachSensorAMinuteApart() throws IOException {
        List<String> lines = lines(History.twoDays("rick", "01", UNTIL));
        assertThat(lines)
                .hasSize(14_400)
                .allMatch(line -> line.matches("[a-z_]+,user=rick,device_id=01 reading=[0-9.]+ \\d{19}"));
        Map<String, List<Long>> times = lines.stream()
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf(',')),
                        Collectors.mapping(HistoryTest::time, Collectors.toList())));
        assertThat(times).containsOnlyKeys("light", "soil_moisture", "humidity", "soil_temp", "air_temp");
        times.values().forEach(HistoryTest::assertEveryMinuteOfTwoDays);
    }

    @Test
    void integersCarryTheSuffix() throws IOException {
        History history = new History("rick", "01", UNTIL, Duration.ofHours(1), Duration.ofMinutes(1), true);
        assertThat(lines(history)).hasSize(300).allMatch(line -> line.matches(".* reading=\\d+i \\d{19}"));
    }

    @Test
    void plantNeedsNoWaterWithinTwoDays() throws IOException {
        assertThat(lines(History.twoDays("rick", "01", UNTIL)))
                .filteredOn(line -> line.startsWith("soil_moisture"))
                .allMatch(line -> Double.parseDouble(line.replaceAll(".*reading=([0-9.]+) .*", "$1")) > 35);
    }

    @Test
    void refusesWhatCannotBeAHistory() {
        assertThatThrownBy(() -> new History("rick", "01", UNTIL, Duration.ofHours(1), Duration.ZERO, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> lines(History.twoDays("rick,x=1", "01", UNTIL)))
                .isInstanceOf(InvalidNameException.class);
    }

    private static void assertEveryMinuteOfTwoDays(List<Long> times) {
        long newest = UNTIL.getEpochSecond() * 1_000_000_000L;
        assertThat(times)
                .hasSize(2_880)
                .isSorted()
                .doesNotHaveDuplicates()
                .last()
                .isEqualTo(newest);
        assertThat(times.get(0)).isEqualTo(newest - 2_879L * 60 * 1_000_000_000L);
    }

    private static List<String> lines(History history) throws IOException {
        StringBuilder text = new StringBuilder();
        Plant plant = new Plant(1, UNTIL.minus(history.span()), Duration.ofHours(60));
        long count = history.write(plant, text);
        List<String> lines = text.toString().lines().toList();
        assertThat(count).isEqualTo(lines.size());
        return lines;
    }

    private static long time(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }
}
