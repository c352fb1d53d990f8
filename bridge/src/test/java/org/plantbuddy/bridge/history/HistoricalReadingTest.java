package org.plantbuddy.bridge.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoricalReadingTest {

    @ParameterizedTest
    @CsvSource({"36i,36.0", "36,36.0", "21.5,21.5", "-3i,-3.0", "7u,7.0", "1e2,100.0", ".5,0.5", "036,36.0"})
    void everyNumberBecomesAFloat(String text, String stored) throws BadLineException {
        HistoricalReading reading =
                HistoricalReading.of("light,user=rick,device_id=01 reading=" + text + " 12", "rick");
        assertThat(reading.toLine()).isEqualTo("light,device_id=01,user=rick reading=" + stored + " 12");
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
    void tellsAnotherUsersLineFromABadOne() {
        assertThatThrownBy(() -> HistoricalReading.of("light,user=morty,device_id=01 reading=1 1", "rick"))
                .isInstanceOf(ForeignUserException.class)
                .hasMessageContaining("morty");
    }
}
