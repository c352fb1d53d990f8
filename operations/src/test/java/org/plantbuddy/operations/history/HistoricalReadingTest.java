package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoricalReadingTest {

    @ParameterizedTest
    @CsvSource({"36i,36.0", "36,36.0", "21.5,21.5", "-3i,-3.0", "7u,7.0", "1e2,100.0", ".5,0.5", "036,36.0"})
    void everyNumberBecomesAFloat(String text, String stored) throws BadLineException {
        HistoricalReading reading =
                HistoricalReading.of("light,user=rick,device_id=01 reading=" + text + " 1622505600000000012", "rick");
        assertThat(reading.toLine())
                .isEqualTo("light,device_id=01,user=rick reading=" + stored + " 1622505600000000012");
    }

    @ParameterizedTest
    @CsvSource({
        "1622505600,2021-06-01T00:00:00Z",
        "1622505600000,2021-06-01T00:00:00Z",
        "1622505600123,2021-06-01T00:00:00.123Z",
        "1622505600000001,2021-06-01T00:00:00.000001Z",
        "1622505600000000001,2021-06-01T00:00:00.000000001Z",
        "-5,1969-12-31T23:59:55Z",
        "0,1970-01-01T00:00:00Z"
    })
    void unitOfATimestampFollowsFromItsSize(String timestamp, Instant time) throws BadLineException {
        HistoricalReading reading = HistoricalReading.of("light,user=rick,device_id=01 reading=0 " + timestamp, "rick");
        assertThat(Instant.EPOCH.plusNanos(reading.nanos())).isEqualTo(time);
    }

    @Test
    void valuesOfOneSecondAreApartAndTheSameReadingIsTheSamePoint() throws BadLineException {
        Set<String> lines = new HashSet<>();
        for (String value : List.of("1", "2", "2.5", "-1", "1e300", "2", "2.0")) {
            lines.add(HistoricalReading.of("light,user=rick,device_id=01 reading=" + value + " 1622505600", "rick")
                    .toLine()
                    .replaceAll(".* ", ""));
        }
        assertThat(lines).hasSize(5).allMatch(time -> time.startsWith("1622505600"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "light,user=rick,device_id=01 reading=NaN 1",
                "light,user=rick,device_id=01 reading=1e999 1",
                "light,user=rick,device_id=01 reading=0x10 1",
                "light,user=rick,device_id=01 reading=1.5i 1",
                "light,user=rick,device_id=01 reading=true 1",
                "light,user=rick,device_id=01 reading=\"36\" 1",
                "light,user=rick,device_id=01 reading=1d 1",
                "light,user=rick,device_id=01 value=1 1",
                "light,user=rick,device_id=01 reading=1,other=2 1",
                "light,user=rick,device_id=01 reading=1",
                "light,user=rick reading=1 1",
                "light,device_id=01 reading=1 1",
                "light,user=rick,device_id=01,room=x reading=1 1",
                "Light,user=rick,device_id=01 reading=1 1",
                "status,user=rick,device_id=01 reading=1 1",
                "light,user=rick,device_id=alerts reading=1 1",
                "light,user=rick,device_id=a\\ b reading=1 1"
            })
    void refusesWhatIsNotAReading(String line) {
        assertThatThrownBy(() -> HistoricalReading.of(line, "rick"))
                .isInstanceOf(BadLineException.class)
                .isNotInstanceOf(ForeignUserException.class);
    }

    @Test
    void nameThatIsNotAllowedIsToldWithOneThatIs() {
        assertThatThrownBy(() -> HistoricalReading.of("Air-Temp,user=rick,device_id=01 reading=1 1", "rick"))
                .hasMessageContaining("'Air-Temp'")
                .hasMessageEndingWith("; try air_temp");
        assertThatThrownBy(() -> HistoricalReading.of("light,user=rick,device_id=Monstera reading=1 1", "rick"))
                .hasMessageContaining("'Monstera'")
                .hasMessageEndingWith("; try monstera");
    }

    @Test
    void tellsAnotherUsersLineFromABadOne() {
        assertThatThrownBy(() -> HistoricalReading.of("light,user=morty,device_id=01 reading=1 1", "rick"))
                .isInstanceOf(ForeignUserException.class)
                .hasMessageContaining("morty");
    }
}
