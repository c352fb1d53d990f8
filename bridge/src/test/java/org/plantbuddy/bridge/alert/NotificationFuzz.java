package org.plantbuddy.bridge.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.testing.Tried;
import org.plantbuddy.topic.Topics;

/** Whatever is posted to {@code /notify} is an alert in its user's own tree, fit for a terminal, or named as none. */
class NotificationFuzz {

    private static final Tried TRIED = new Tried("notifications");
    private static final int LONGEST_MESSAGE = 1_024;
    private static final ObjectMapper JSON = new ObjectMapper();

    @FuzzTest
    void isAnAlertOrNone(byte[] body) throws IOException {
        TRIED.one();
        Decoded decoded = NotificationDecoder.decode(body);
        assertThat(NotificationDecoder.decode(body)).isEqualTo(decoded);
        if (decoded instanceof Decoded.Malformed malformed) {
            assertThat(malformed.reason()).isNotBlank();
        } else if (decoded instanceof Decoded.Change change) {
            check(change.alert());
        }
    }

    private static void check(Alert alert) throws IOException {
        assertThat(Topics.alertInForce(alert.user(), alert.device(), alert.sensor())
                        .split("/", -1))
                .containsExactly("plantbuddy", alert.user(), "alerts", alert.device(), alert.sensor());
        assertThat(alert.message().codePointCount(0, alert.message().length())).isLessThanOrEqualTo(LONGEST_MESSAGE);
        assertThat(alert.message() + alert.threshold()).doesNotContainPattern("\\p{Cntrl}");
        JsonNode told = JSON.readTree(AlertJson.encode(alert));
        assertThat(told.path("message").asText()).isEqualTo(alert.message());
        assertThat(told.path("device").asText()).isEqualTo(alert.device());
    }

    @AfterAll
    static void tell() {
        TRIED.tell();
    }
}
