package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.BrokerOfAnotherVersion;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** What the operator sees when readings no longer become alerts, while each part by itself says it is ready. */
class OperationsIT {

    @Test
    void canaryThatDoesNotArriveAndTaskThatFailsAreTold(@TempDir Path data) throws Exception {
        // In a TestSystem the notification rule posts to a port where nobody listens, so its runs fail.
        try (TestSystem system = new TestSystem(data)) {
            Config config = system.bridgeConfig()
                    .with(Map.of(Key.CHECK_EVERY, "1s", Key.MQTT_CANARY_TOKEN, system.secret("mqtt-canary-token")));
            try (Bridge bridge = Bridge.start(config, system.accounts)) {
                assertThat(TestSystem.get(bridge.httpPort(), "/operationz").body())
                        .contains("\"canary\"");
                await().atMost(Duration.ofMinutes(4))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> {
                            HttpResponse<String> operations = TestSystem.get(bridge.httpPort(), "/operationz");
                            assertThat(operations.statusCode()).isEqualTo(503);
                            assertThat(operations.body())
                                    .contains("the canary does not arrive: a reading published at")
                                    .contains("task plantbuddy-notification-rule failed");
                        });
                assertThat(TestSystem.get(bridge.httpPort(), "/readyz").statusCode())
                        .isEqualTo(200);
                assertThat(TestSystem.get(bridge.httpPort(), "/metrics").body())
                        .containsPattern("plantbuddy_canary_missed_total [12].0")
                        .containsPattern("plantbuddy_task_failures\\{task=\"plantbuddy-notification-rule\"} [1-9]")
                        .containsPattern("plantbuddy_task_runs\\{task=\"plantbuddy-check\"} [1-9]");
                assertThat(system.query("from(bucket: \"plantbuddy\") |> range(start: -1h)"
                                + " |> filter(fn: (r) => r.user == \"plantbuddy-canary\")"))
                        .as("it came as far as InfluxDB")
                        .isNotEmpty();
            }
        }
    }

    @Test
    void brokerThatCannotGuaranteeAllIsTold(@TempDir Path data) throws Exception {
        try (TestSystem system = new TestSystem(data)) {
            system.restartBroker(BrokerOfAnotherVersion::start);
            try (Bridge bridge = Bridge.start(system.bridgeConfig(), system.accounts)) {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(TestSystem.get(bridge.httpPort(), "/operationz")
                                        .body())
                                .contains("not tried, without: crash-repair, one-bridge"));
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(TestSystem.get(bridge.httpPort(), "/readyz")
                                        .statusCode())
                                .isEqualTo(200));
            }
        }
    }
}
