package org.plantbuddy.operations.provision;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The buckets of one organisation, by name and id. */
final class Buckets {

    static final String READINGS = "plantbuddy";
    static final String DOWNSAMPLED = "downsampled";
    static final String SETTINGS = "settings";
    static final String MONITORING = "_monitoring";
    static final String TASKS = "_tasks";

    private final Map<String, String> ids = new HashMap<>();

    private Buckets() {}

    /** Makes those that are missing and sets their retention to what the configuration says. */
    static Buckets ensure(InfluxApi influx, String orgId, Config config, Consumer<String> progress) {
        Buckets buckets = new Buckets();
        buckets.ensure(influx, orgId, READINGS, config.duration(Key.RAW_RETENTION), progress);
        buckets.ensure(influx, orgId, DOWNSAMPLED, config.duration(Key.DOWNSAMPLED_RETENTION), progress);
        buckets.ensure(influx, orgId, SETTINGS, Duration.ZERO, progress);
        for (String own : List.of(MONITORING, TASKS)) {
            buckets.ids.put(own, find(influx, orgId, own).path("id").asText());
        }
        return buckets;
    }

    String id(String name) {
        String id = ids.getOrDefault(name, "");
        if (id.isEmpty()) {
            throw new ProvisionException("InfluxDB has no bucket " + name + " in this organisation");
        }
        return id;
    }

    private void ensure(InfluxApi influx, String orgId, String name, Duration retention, Consumer<String> progress) {
        // 0 seconds is InfluxDB's word for ever; an empty list would leave what was there.
        List<Map<String, Object>> rules = List.of(Map.of("type", "expire", "everySeconds", retention.toSeconds()));
        JsonNode bucket = find(influx, orgId, name);
        if (bucket.isMissingNode()) {
            bucket = influx.post("/api/v2/buckets", Map.of("orgID", orgId, "name", name, "retentionRules", rules));
            progress.accept("bucket " + name + " made, keeps " + kept(retention));
        } else if (seconds(bucket) != retention.toSeconds()) {
            influx.patch("/api/v2/buckets/" + bucket.path("id").asText(), Map.of("retentionRules", rules));
            progress.accept("bucket " + name + " now keeps " + kept(retention));
        }
        ids.put(name, bucket.path("id").asText());
    }

    private static JsonNode find(InfluxApi influx, String orgId, String name) {
        return influx.get("/api/v2/buckets?orgID=" + orgId + "&name=" + InfluxApi.encode(name))
                .path("buckets")
                .path(0);
    }

    private static long seconds(JsonNode bucket) {
        return bucket.path("retentionRules").path(0).path("everySeconds").asLong(0);
    }

    private static String kept(Duration retention) {
        return retention.isZero() ? "everything" : retention.toHours() + "h";
    }
}
