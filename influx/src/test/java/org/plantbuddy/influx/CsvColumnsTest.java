package org.plantbuddy.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvColumnsTest {

    private final List<String> rows = new ArrayList<>();
    private final CsvColumns csv =
            new CsvColumns(List.of("_value", "device_id"), texts -> rows.add(String.join("|", texts)));

    @Test
    void columnsAreFoundByTheirNamesInEachTable() {
        take("""
            ,result,table,_time,_value,device_id
            ,readings,0,2026-11-27T07:00:00Z,36.5,01
            ,readings,0,2026-11-27T07:01:00Z,36,01

            ,result,table,device_id,_value
            ,means,1,02,-4

            ,result,table,_time
            ,settled,2,2026-11-27T07:01:00Z
            """);
        assertThat(rows).containsExactly("36.5|01", "36|01", "-4|02", "|");
    }

    @Test
    void textInQuotesIsOneField() {
        take("""
            ,result,table,note,_value,device_id
            ,x,0,"a ""b"", c",1,"d,""e"
            ,x,0,"",2,""
            """);
        assertThat(rows).containsExactly("1|d,\"e", "2|");
    }

    @Test
    void errorAmongRowsIsTheAnswer() {
        assertThatThrownBy(() -> take("""
            ,result,table,_value,device_id
            ,x,0,1,01

            error,reference
            "engine: closed, sorry",897
            """))
                .isInstanceOf(InfluxUnavailableException.class)
                .hasMessageContaining("engine: closed, sorry");
    }

    private void take(String lines) {
        lines.lines().forEach(csv::take);
    }
}
