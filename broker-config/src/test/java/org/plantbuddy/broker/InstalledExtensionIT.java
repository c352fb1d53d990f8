package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Access to a broker that loads the extension from its zip, and what that broker tells Prometheus. */
class InstalledExtensionIT extends AccessContract {

    @SuppressWarnings("NullAway.Init") // before any test
    private InstalledExtension installed;

    @Override
    Site site(Path data) throws Exception {
        installed = new InstalledExtension(data);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> installed.bridge().clientId("is-it-up").connectCode() == 0);
        assertThat(installed.board().connectCode()).isZero(); // nothing of a bridge is held
        assertThat(installed.log())
                .as("the inside of HiveMQ")
                .doesNotContain("bridgeQueue=unknown")
                .doesNotContain("afterCrash=unknown")
                .doesNotContain("inlet=unknown");
        return installed;
    }

    @Test
    void brokerTellsItsOwnFigures() throws Exception {
        assertThat(Paho.to(installed.uri()).as("rick/01", "wrong").connectCode())
                .isNotZero();
        assertThat(installed.metrics())
                .containsPattern("plantbuddy_broker_denied_total\\{kind=\"wrong-credentials\"} [1-9]")
                .contains("plantbuddy_broker_queue_messages ")
                .containsPattern("plantbuddy_broker_connections [1-9]") // the bridge's at least
                .containsPattern("plantbuddy_broker_sessions [1-9]")
                .contains("plantbuddy_broker_guarantee{guarantee=\"queue-bound\"} 1.0")
                .containsPattern("plantbuddy_disk_free_bytes\\{service=\"broker\"} [1-9]")
                .contains("plantbuddy_build_info{")
                .contains("jvm_memory_used_bytes{")
                .contains("process_start_time_seconds ");
    }
}
