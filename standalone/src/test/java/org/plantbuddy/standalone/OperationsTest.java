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

    @Test
    void statusTellsWhatTheBrokerCannotGuarantee() throws IOException {
        PartHealth missing = part(
                "guarantees", "", "[{\"part\":\"guarantees\",\"ready\":false,\"reason\":\"without: crash-repair\"}]");
        assertThat(missing.healthy()).isFalse();
        assertThat(missing.detail()).isEqualTo("without: crash-repair");
        assertThat(part("guarantees", "", "[{\"part\":\"guarantees\",\"ready\":true,\"reason\":\"\"}]")
                        .healthy())
                .isTrue();
    }

    private static String denied(String metrics) throws IOException {
        return part("denied", metrics, "[]").detail();
    }

    private static PartHealth part(String name, String metrics, String operationz) throws IOException {
        return Operations.of(metrics, operationz).parts().stream()
                .filter(part -> part.part().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
