package org.plantbuddy.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final List<String> sent = new ArrayList<>();
    private final InFlight connection = new InFlight(new InFlight.Acknowledger() {
        @Override
        public void gather(int acknowledgements) {
            sent.add(acknowledgements + " follow");
        }

        @Override
        public void acknowledge(int packetId, int qos) {
            sent.add("PUBACK " + packetId);
        }
    });

    private Delivery delivered(int packetId, int qos) {
        return connection.add(new Delivery(connection, "plantbuddy/rick/01/light", new byte[0], packetId, qos) {
            @Override
            public Optional<String> property(String name) {
                return Optional.empty();
            }
        });
    }

    @Test
    void whatIsAcceptedWaitsForThoseInFrontOfItAndLeavesTogether() {
        Delivery first = delivered(1, 1);
        Delivery second = delivered(2, 1);
        Delivery third = delivered(3, 1);
        assertThat(Delivery.accept(List.of(second))).isZero();
        assertThat(sent).isEmpty();
        assertThat(Delivery.accept(List.of(first))).isEqualTo(2);
        assertThat(sent).containsExactly("2 follow", "PUBACK 1", "PUBACK 2");
        assertThat(connection.size()).isEqualTo(1);
        assertThat(third.isDropped()).isFalse();
    }

    @Test
    void manyLeaveSixteenAtATimeAndThoseOfQos0WithoutAWord() {
        List<Delivery> all = IntStream.range(0, 20)
                .mapToObj(i -> delivered(i, i == 3 ? 0 : 1))
                .toList();
        assertThat(Delivery.accept(all)).isEqualTo(20);
        assertThat(sent)
                .hasSize(21)
                .startsWith("15 follow")
                .contains("4 follow")
                .doesNotContain("PUBACK 3");
    }

    @Test
    void whatAConnectionThatEndedDeliveredIsDroppedAndNotAcknowledged() {
        Delivery left = delivered(1, 1);
        connection.end();
        assertThat(left.isDropped()).isTrue();
        assertThat(connection.size()).isZero();
        assertThat(Delivery.accept(List.of(left))).isZero();
        assertThat(sent).isEmpty();
    }
}
