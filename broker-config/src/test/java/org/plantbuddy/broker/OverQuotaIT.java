package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.arrival.PublishInterceptor;

/** What cannot be held is refused: with so small a quota, the broker reads more at once than it holds. */
class OverQuotaIT extends WithQuota {

    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int MQTT3_SERVER_UNAVAILABLE = 3;
    private static final int RATE = 2;
    private static final int BURST = 50;

    /** A second's worth at once, and what is held; the last of it is on the edge. */
    private static final int TAKEN_AT_LEAST = RATE * Math.toIntExact(PublishInterceptor.HELD_AT_MOST.toSeconds());

    OverQuotaIT() {
        super(RATE, 0);
    }

    @Test
    void aBoardOfMqtt5IsToldAndStaysConnected() throws Exception {
        try (Paho board = broker.board().connect()) {
            Map<Integer, Integer> codes = board.publishAtOnce(READING, "burst-", 2 * BURST);
            Set<String> taken = codes.entrySet().stream()
                    .filter(code -> code.getValue() == 0)
                    .map(code -> "burst-" + code.getKey())
                    .collect(Collectors.toSet());
            assertThat(new HashSet<>(codes.values())).containsExactlyInAnyOrder(0, QUOTA_EXCEEDED);
            assertThat(broker.denied(Denial.QUOTA)).isEqualTo(2 * BURST - taken.size());
            await().until(() -> arrived("").containsAll(taken));
            assertThat(arrived("")).isEqualTo(taken);
            await().until(() -> board.publish(READING, "later") == 0);
        }
    }

    @Test
    void aBoardOfMqtt3IsSentAway() throws Exception {
        try (RawClient board = new RawClient(broker.port());
                RawClient again = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publishTogether(BURST, READING, "burst");
            assertThat(board.isEnded()).isTrue();
            assertThat(broker.denied(Denial.QUOTA)).isPositive();
            assertThat(again.connect("rick/01", broker.rickBoard)).isEqualTo(MQTT3_SERVER_UNAVAILABLE);
        }
    }

    @Test
    void whatAsksForNoAcknowledgementIsHeldAsLongAndThenDropped() throws Exception {
        try (RawClient board = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publishTogetherUnacknowledged(BURST, READING, "burst");
            board.ping();
            assertThat(board.next()).isEqualTo(RawClient.PINGRESP);
            await().until(() -> bridge.received.size() + broker.denied(Denial.QUOTA) == BURST);
            assertThat(bridge.received).hasSizeGreaterThanOrEqualTo(TAKEN_AT_LEAST);
            assertThat(broker.denied(Denial.QUOTA)).isPositive();
        }
    }
}
