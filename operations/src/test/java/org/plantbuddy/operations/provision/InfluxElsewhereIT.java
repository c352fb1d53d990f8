package org.plantbuddy.operations.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;

/** An InfluxDB that somebody else has set up, with an organisation that exists and tokens of limited rights, as in the cloud. */
class InfluxElsewhereIT {

    private static final String OPERATOR = "operator-of-somebody-else";

    private final List<String> progress = new ArrayList<>();

    @TempDir
    Path folder;

    private InfluxdProcess influxd;
    private Accounts accounts;
    private InfluxApi operator;
    private String org;
    private Map<String, String> environment;

    @BeforeEach
    void start() throws IOException {
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxdb"), 0);
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        operator = new InfluxApi(influxd.url(), OPERATOR);
        operator.post(
                "/api/v2/setup",
                Map.of(
                        "username",
                        "somebody",
                        "password",
                        "a password of theirs",
                        "token",
                        OPERATOR,
                        "org",
                        "garden",
                        "bucket",
                        "theirs"));
        org = operator.get("/api/v2/orgs?org=garden")
                .path("orgs")
                .path(0)
                .path("id")
                .asText();
        environment = new HashMap<>(Map.of(
                "PLANTBUDDY_DATA",
                folder.resolve("data").toString(),
                "PLANTBUDDY_INFLUX_URL",
                influxd.url().toString(),
                "PLANTBUDDY_INFLUX_ORG",
                "garden",
                "PLANTBUDDY_CHECK_EVERY",
                "1s"));
    }

    @AfterEach
    void stop() {
        accounts.close();
        influxd.close();
    }

    @Test
    void everyRightThatIsMissingIsNamed() {
        environment.put("PLANTBUDDY_INFLUX_OPERATOR_TOKEN", token(right("read", "orgs", org)));

        assertThatThrownBy(this::provision)
                .isInstanceOf(ProvisionException.class)
                .message()
                .contains("PLANTBUDDY_INFLUX_OPERATOR_TOKEN")
                .contains("\n  - read bucket plantbuddy", "\n  - read bucket downsampled", "\n  - read bucket settings")
                .contains("\n  - write secrets of the organisation", "\n  - read and write tasks")
                .hasLineCount(6);

        environment.put("PLANTBUDDY_INFLUX_OPERATOR_TOKEN", token(of("read", "buckets")));
        assertThatThrownBy(this::provision).hasMessageContaining("\n  - read organisation garden (orgs: read)");
    }

    @Test
    void tokenThatMayMakeNoTokensIsEnoughWhereTheOperatorGivesThem() throws Exception {
        environment.put(
                "PLANTBUDDY_INFLUX_OPERATOR_TOKEN",
                token(
                        right("read", "orgs", org),
                        of("read", "buckets"),
                        of("write", "buckets"),
                        of("read", "secrets"),
                        of("write", "secrets"),
                        of("read", "tasks"),
                        of("write", "tasks")));

        assertThatThrownBy(this::provision)
                .isInstanceOf(ProvisionException.class)
                .message()
                .contains("\n  - make tokens", "PLANTBUDDY_INFLUX_BRIDGE_TOKEN", "PLANTBUDDY_INFLUX_OPERATIONS_TOKEN")
                .contains("PLANTBUDDY_INFLUX_WEB_TOKEN", "PLANTBUDDY_INFLUX_READ_TOKEN")
                .contains("reads [plantbuddy, downsampled, settings, _monitoring], writes [settings]")
                .hasLineCount(5);

        Object[] reading = {
            right("read", "orgs", org), bucket("read", Bucket.READINGS), bucket("read", Bucket.DOWNSAMPLED),
            bucket("read", Bucket.SETTINGS), bucket("read", Bucket.MONITORING), bucket("read", Bucket.TASKS)
        };
        environment.put(
                "PLANTBUDDY_INFLUX_BRIDGE_TOKEN",
                token(bucket("write", Bucket.READINGS), bucket("write", Bucket.SETTINGS)));
        environment.put(
                "PLANTBUDDY_INFLUX_OPERATIONS_TOKEN",
                token(of("read", "tasks"), of("write", "buckets"), right("read", "orgs", org), of("read", "buckets")));
        environment.put("PLANTBUDDY_INFLUX_WEB_TOKEN", token(reading));
        environment.put("PLANTBUDDY_INFLUX_READ_TOKEN", token(reading));
        assertThatThrownBy(this::provision)
                .message()
                .endsWith("\n  - PLANTBUDDY_INFLUX_WEB_TOKEN: write bucket settings")
                .hasLineCount(2);

        environment.put(
                "PLANTBUDDY_INFLUX_WEB_TOKEN", token(of("read", "buckets"), of("write", "buckets"), reading[0]));
        provision();

        assertThat(Files.readString(folder.resolve("data/secrets/influx-bridge-token")))
                .isEqualTo(environment.get("PLANTBUDDY_INFLUX_BRIDGE_TOKEN") + "\n");
        assertThat(folder.resolve("data/secrets/influx-operator-token")).doesNotExist();
        progress.clear();
        provision();
        assertThat(progress).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(operator.get("/api/v2/tasks?name=plantbuddy-check&orgID=" + org)
                                .path("tasks")
                                .path(0)
                                .path("lastRunStatus")
                                .asText())
                        .isEqualTo("success"));
    }

    private void provision() {
        Provision.run(Config.load(environment), accounts, progress::add);
    }

    private String token(Object... permissions) {
        return operator.post("/api/v2/authorizations", Map.of("orgID", org, "permissions", permissions))
                .path("token")
                .asText();
    }

    /** Of all of that kind in the organisation. */
    private Map<String, Object> of(String action, String type) {
        return Map.of("action", action, "resource", Map.of("type", type, "orgID", org));
    }

    private static Map<String, Object> right(String action, String type, String id) {
        return Map.of("action", action, "resource", Map.of("type", type, "id", id));
    }

    private Map<String, Object> bucket(String action, Bucket bucket) {
        JsonNode found = operator.get("/api/v2/buckets?org=garden&name=" + bucket);
        String id = found.path("buckets").path(0).path("id").asText();
        return Map.of("action", action, "resource", Map.of("type", "buckets", "id", id, "orgID", org));
    }
}
