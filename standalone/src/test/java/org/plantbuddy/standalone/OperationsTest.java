package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OperationsTest {

    @Test
    void statusTellsOfHowManyBoardsAndPeopleWhatWasDenied() throws IOException {
        assertThat(denied("plantbuddy_denials{kind=\"wrong-depth\"} 3.0\nplantbuddy_denials{kind=\"qos-2\"} 1.0\n"))
                .isEqualTo("boards and people in 24 h, by kind: qos-2 1, wrong-depth 3");
        assertThat(denied("")).isEqualTo("nobody in 24 h");
    }

    private static String denied(String metrics) throws IOException {
        return Operations.of(metrics, "[]").parts().stream()
                .filter(part -> part.part().equals("denied"))
                .findFirst()
                .orElseThrow()
                .detail();
    }
}
