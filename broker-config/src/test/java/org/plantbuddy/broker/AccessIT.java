package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                assertThat(board.publish("plantbuddy/rick/01/light", "1", true)).isEqualTo(0x87);
            }
            assertThat(broker.denied(Denial.ANONYMOUS)).isEqualTo(1); // the broker's own look at itself is none
            for (Denial denial : new Denial[] {
                Denial.NOT_A_NAME,
                Denial.WRONG_CREDENTIALS,
                Denial.FOREIGN_PUBLISH,
                Denial.FOREIGN_SUBSCRIPTION,
                Denial.RETAINED
            }) {
                assertThat(broker.denied(denial)).as(denial.label()).isEqualTo(1);
            }
        }
    }
}
