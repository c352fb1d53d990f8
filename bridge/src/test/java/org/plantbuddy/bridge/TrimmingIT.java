package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Limit;

/** Raw readings an hour older than their user wants them kept are deleted; those of others stay, and so do the means. */
class TrimmingIT {

    @Test
    void readingsAreKeptAsLongAsTheirUserWants(@TempDir Path data) throws Exception {
        try (TestSystem system = new TestSystem(data)) {
            system.accounts.users().add("anna", "correct horse");
            for (String user : List.of("rick", "anna")) {
                for (int hours : List.of(1, 191, 194, 600)) {
                    String at =
                            " " + Instant.now().minus(Duration.ofHours(hours)).getEpochSecond() + "000000000";
                    String point = "light,user=" + user + ",device_id=01 reading=" + hours + at;
                    system.write("plantbuddy", point);
                    system.write("downsampled", point);
                }
            }
            OptionalLong eightDays = OptionalLong.of(Duration.ofDays(8).toMillis());
            system.accounts.limits().set("rick", Map.of(Limit.KEEP, eightDays));

            try (Bridge bridge = Bridge.start(system.bridgeConfig(), system.accounts)) {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(readings(system, "plantbuddy", "rick"))
                                .containsExactlyInAnyOrder(1.0, 191.0));
                assertThat(TestSystem.get(bridge.httpPort(), "/metrics").body()).contains("plantbuddy_trims_total");
            }
            assertThat(readings(system, "plantbuddy", "anna")).hasSize(4);
            assertThat(readings(system, "downsampled", "rick")).hasSize(4);
            assertThat(system.accounts.limits().takeTrims(Duration.ofHours(1), 9))
                    .as("done, and not due again yet")
                    .isEmpty();
        }
    }

    private static List<Object> readings(TestSystem system, String bucket, String user) throws Exception {
        return system
                .query("from(bucket: \"" + bucket + "\") |> range(start: -720h) |> filter(fn: (r) => r.user == \""
                        + user + "\")")
                .stream()
                .map(FluxRecord::getValue)
                .toList();
    }
}
