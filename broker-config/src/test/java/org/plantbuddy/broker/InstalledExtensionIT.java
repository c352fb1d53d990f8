package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;

/** Access to a broker that loads the extension from its zip. */
class InstalledExtensionIT extends AccessContract {

    @Override
    Site site(Path data) throws Exception {
        InstalledExtension site = new InstalledExtension(data);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> site.bridge().clientId("is-it-up").connectCode() == 0);
        assertThat(site.board().connectCode()).isZero(); // nothing of a bridge is held
        assertThat(site.log())
                .as("the inside of HiveMQ")
                .doesNotContain("bridgeQueue=unknown")
                .doesNotContain("afterCrash=unknown")
                .doesNotContain("inlet=unknown");
        return site;
    }
}
