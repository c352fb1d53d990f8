package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;

/** Access to the broker in this process. */
class AccessIT extends AccessContract {

    @Override
    Site site(Path data) {
        return new TestBroker(data);
    }

    @Test
    void denialsAreCountedByKind(@TempDir Path data) throws Exception {
        try (TestBroker broker = new TestBroker(data)) {
            assertThat(Paho.to(broker.uri()).connectCode()).isNotZero();
            assertThat(Paho.to(broker.uri()).as("Rick", "x").connectCode()).isNotZero();
            assertThat(Paho.to(broker.uri()).as("rick", "x").connectCode()).isNotZero();
            try (Paho board = broker.board().connect()) {
                assertThat(board.publish("plantbuddy/anna/01/light", "1")).isEqualTo(0x87);
                assertThat(board.subscribe("#")).isEqualTo(0x87);
            }
            try (Paho web = Paho.to(broker.uri()).as("$web", broker.web).connect()) {
                assertThat(web.publish("plantbuddy/rick/01/light", "1", true)).isEqualTo(0x87);
            }
            try (Paho rick = Paho.to(broker.uri()).as("rick", Site.PASSWORD).will("plantbuddy/rick/x", "x", true)) {
                assertThat(rick.connectCode()).isZero();
            }
            assertThat(broker.denied(Denial.IGNORED)).isZero();
            try (Paho home = Paho.to(broker.uri())
                    .as("rick", broker.rickToken)
                    .will("homeassistant/status", "offline", true)
                    .connect()) {
                assertThat(home.publish("homeassistant/status", "online", true)).isZero();
            }
            assertThat(broker.denied(Denial.IGNORED)).isEqualTo(2);
            assertThat(Services.retainedMessageStore()
                            .getRetainedMessage("homeassistant/status")
                            .join())
                    .isEmpty();
            for (Denial denial : new Denial[] {
                Denial.ANONYMOUS, // the broker's own look at itself is none
                Denial.NOT_A_NAME,
                Denial.WRONG_CREDENTIALS,
                Denial.FOREIGN_WILL,
                Denial.FOREIGN_PUBLISH,
                Denial.FOREIGN_SUBSCRIPTION,
                Denial.RETAINED
            }) {
                assertThat(broker.denied(denial)).as(denial.label()).isEqualTo(1);
            }
        }
    }
}
