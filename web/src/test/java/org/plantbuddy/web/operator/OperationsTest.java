package org.plantbuddy.web.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OperationsTest {

    @Test
    void statusTellsOfHowManyBoardsAndPeopleWhatWasDenied() throws IOException {
        assertThat(denied(figure("wrong-depth", 3) + "," + figure("qos-2", 1)))
                .isEqualTo("boards and people in 24 h, by kind: qos-2 1, wrong-depth 3");
        assertThat(denied("")).isEqualTo("nobody in 24 h");
    }

    @Test
    void statusTellsWhatTheBrokerCannotGuarantee() throws IOException {
        PartHealth missing = part(
                "guarantees", "", "{\"part\":\"guarantees\",\"ready\":false,\"reason\":\"without: crash-repair\"}");
        assertThat(missing.healthy()).isFalse();
        assertThat(missing.detail()).isEqualTo("without: crash-repair");
        assertThat(part("guarantees", "", "{\"part\":\"guarantees\",\"ready\":true,\"reason\":\"\"}")
                        .healthy())
                .isTrue();
    }

    @Test
    void statusWarnsTwoWeeksBeforeACertificateExpires() throws IOException {
        assertThat(certificates(20).word()).isEqualTo("ok");
        assertThat(certificates(20).detail()).isEqualTo("good for 20 days");
        assertThat(certificates(13.9).word()).isEqualTo("warn");
        assertThat(certificates(13.9).detail()).startsWith("good for 13 days: renew it");
        PartHealth expired = part(
                "certificates",
                "",
                "{\"part\":\"certificates\",\"ready\":false,\"reason\":\"the certificate expired\"}");
        assertThat(expired.word()).isEqualTo("WRONG");
        assertThat(expired.detail()).isEqualTo("the certificate expired");
    }

    /** The one that expires first counts. */
    private static PartHealth certificates(double days) throws IOException {
        return part(
                "certificates",
                left("page:1", 300) + "," + left("broker:2", days),
                "{\"part\":\"certificates\",\"ready\":true,\"reason\":\"\"}");
    }

    private static String left(String server, double days) {
        return "{\"name\":\"plantbuddy_certificate_left_seconds\",\"labels\":{\"server\":\"" + server + "\"},\"value\":"
                + days * 86_400 + "}";
    }

    private static String figure(String kind, int boards) {
        return "{\"name\":\"plantbuddy_denials\",\"labels\":{\"kind\":\"" + kind + "\"},\"value\":" + boards + "}";
    }

    private static String denied(String figures) throws IOException {
        return part("denied", figures, "").detail();
    }

    private static PartHealth part(String name, String figures, String parts) throws IOException {
        String status = "{\"parts\":[" + parts + "],\"figures\":[" + figures + "]}";
        return new Operations(BridgeStatus.parse(status))
                .parts().stream()
                        .filter(part -> part.part().equals(name))
                        .findFirst()
                        .orElseThrow();
    }
}
