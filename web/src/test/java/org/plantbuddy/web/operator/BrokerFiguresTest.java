package org.plantbuddy.web.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerFiguresTest {

    @Test
    void whatTheBridgeDoesNotKnowOfItsBrokerIsNotToldAsNothing() {
        assertThat(told()).isEmpty(); // a broker in a container of its own
        BridgeStatus.Figure queue = new BridgeStatus.Figure("plantbuddy_broker_queue_messages", Map.of(), 0);
        assertThat(told(queue)).isEqualTo("0 queued for the bridge; denied: nothing");
        assertThat(told(queue, denied("topic", 0), denied("not-a-name", 2)))
                .isEqualTo("0 queued for the bridge; denied: not-a-name 2");
    }

    private static String told(BridgeStatus.Figure... figures) {
        return BrokerFigures.told(new BridgeStatus(List.of(), List.of(figures)));
    }

    private static BridgeStatus.Figure denied(String kind, int times) {
        return new BridgeStatus.Figure("plantbuddy_broker_denied", Map.of("kind", kind), times);
    }
}
