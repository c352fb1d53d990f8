package org.plantbuddy.bridge.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.time.EpochNs;

/** The payload of an alert, as docs/alerts.md describes it. */
final class AlertJson {

    private static final JsonMapper JSON = new JsonMapper();

    private AlertJson() {}

    static byte[] encode(Alert alert) {
        ObjectNode json = JSON.createObjectNode()
                .put("id", alert.id())
                .put("user", alert.user())
                .put("device", alert.device())
                .put("sensor", alert.sensor())
                .put("level", alert.level().text())
                .put("previous_level", alert.previousLevel().text());
        if (alert.reading().isPresent()) {
            json.put("value", alert.reading().getAsDouble());
        } else {
            json.putNull("value");
        }
        json.put("threshold", alert.threshold())
                .put("message", alert.message())
                .put("time", rfc3339(alert.timeNs()))
                .put("status_time", rfc3339(alert.statusTimeNs()));
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can always be written", e);
        }
    }

    private static String rfc3339(long epochNs) {
        return EpochNs.instant(epochNs).toString();
    }
}
