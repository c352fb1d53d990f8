package org.plantbuddy.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.hivemq.extensions.packets.publish.PublishPacketImpl;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.mqtt5.MqttUserProperty;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.broker.access.Principal.Board;
import org.plantbuddy.broker.access.Principal.Person;
import org.plantbuddy.broker.access.Principal.Service;

class QuotasTest {

    private static final Board ONE = new Board("rick", "01");
    private static final Board TWO = new Board("rick", "02");
    private static final Board ANNAS = new Board("anna", "01");
    private static final String TOPIC = "plantbuddy/rick/01/light";

    private static final int LARGE = 6_400;

    private final AtomicLong now = new AtomicLong();

    @Test
    void aBoardThatHasUsedItsOwnUpLeavesTheOthersTheirs() {
        Quotas quotas = new Quotas(10, 100, board -> 0, now::get);
        assertThat(taken(quotas, ONE)).isEqualTo(10);
        assertThat(taken(quotas, TWO)).isEqualTo(10);
        assertThat(taken(quotas, ANNAS)).isEqualTo(10);
    }

    @Test
    void theBoardsOfAUserShareTheUsersAndWhatTheUserLacksIsNotTakenFromTheBoard() {
        Quotas quotas = new Quotas(10, 15, board -> 0, now::get);
        assertThat(taken(quotas, ONE)).isEqualTo(10);
        assertThat(taken(quotas, TWO)).isEqualTo(5);
        assertThat(taken(quotas, ANNAS)).isEqualTo(10);
        now.addAndGet(Duration.ofMillis(400).toNanos()); // 4 for each board, 6 for the user
        assertThat(taken(quotas, TWO)).isEqualTo(6);
    }

    @Test
    void aLargeMessageCountsAsTheReadingsItHasRoomFor() {
        assertThat(Quotas.units(0, 0)).isEqualTo(1);
        assertThat(Quotas.units(64, 0)).isEqualTo(1);
        assertThat(Quotas.units(65, 0)).isEqualTo(2);
        assertThat(Quotas.units(65_536, 0)).isEqualTo(1_024);
        Quotas quotas = new Quotas(100, 0, board -> 0, now::get);
        assertThat(quotas.turn(ONE, TOPIC, 99, Duration.ZERO)).hasValue(0);
        assertThat(quotas.turn(ONE, TOPIC, 1, Duration.ZERO)).hasValue(0);
        assertThat(quotas.turn(ONE, TOPIC, 1, Duration.ZERO)).isEmpty();
    }

    @Test
    void theLongestTopicAndATimeAreFreeAndEverythingElseBesideThePayloadCounts() {
        String name = "n".repeat(32);
        long topic = ("plantbuddy/" + name + "/" + name + "/" + name).length();
        long time = "12345time2026-11-26T09:00:00.123456789+01:00".length();
        assertThat(Quotas.units(64, topic + time)).isEqualTo(1);
        assertThat(Quotas.units(1, 250_000)).isGreaterThan(3_900);
        assertThat(Quotas.units(1, 65_535)).isGreaterThan(1_000);
    }

    /** HiveMQ's own packet, of which nothing may be forgotten. */
    @ParameterizedTest
    @MethodSource("packetsWithALargePart")
    void eachPartOfAPacketCounts(String part, PUBLISHFactory.Mqtt5Builder packet) {
        assertThat(Quotas.units(new PublishPacketImpl(plain().build()))).isEqualTo(1);
        assertThat(Quotas.units(new PublishPacketImpl(packet.build())))
                .as("64 bytes each, and some are free: " + part)
                .isBetween(LARGE / 64 - 2L, LARGE / 64 + 1L);
    }

    private static Stream<Arguments> packetsWithALargePart() {
        String large = "x".repeat(LARGE);
        MqttUserProperty[] empty = new MqttUserProperty[LARGE / 5];
        Arrays.fill(empty, MqttUserProperty.of("", ""));
        return Stream.of(
                arguments("payload", plain().withPayload(new byte[LARGE])),
                arguments("topic", plain().withTopic(large)),
                arguments("response topic", plain().withResponseTopic(large)),
                arguments("content type", plain().withContentType(large)),
                arguments("correlation data", plain().withCorrelationData(new byte[LARGE])),
                arguments("name", plain().withUserProperties(properties(MqttUserProperty.of(large, "")))),
                arguments("value", plain().withUserProperties(properties(MqttUserProperty.of("", large)))),
                arguments("many properties", plain().withUserProperties(properties(empty))),
                arguments("letters of two bytes", plain().withContentType("ä".repeat(LARGE / 2))));
    }

    private static PUBLISHFactory.Mqtt5Builder plain() {
        return new PUBLISHFactory.Mqtt5Builder()
                .withHivemqId("test")
                .withQoS(QoS.AT_LEAST_ONCE)
                .withOnwardQos(QoS.AT_LEAST_ONCE)
                .withTopic(TOPIC)
                .withPayload(new byte[] {'1'});
    }

    private static Mqtt5UserProperties properties(MqttUserProperty... properties) {
        return Mqtt5UserProperties.of(properties);
    }

    @Test
    void aMessageThatManySessionsReceiveCountsMoreThanOnce() {
        assertThat(Quotas.copies(0)).isEqualTo(1);
        assertThat(Quotas.copies(5)).as("a board, three apps, and one more").isEqualTo(1);
        assertThat(Quotas.copies(6)).isEqualTo(2);
        assertThat(Quotas.copies(21)).isEqualTo(9);
        Quotas quotas = new Quotas(90, 0, board -> board.equals(ONE) ? 21 : 1, now::get);
        assertThat(taken(quotas, ONE)).isEqualTo(10);
        assertThat(taken(quotas, TWO)).isEqualTo(90);
        assertThat(taken(quotas, ANNAS)).isEqualTo(90);
    }

    @Test
    void webIsCountedByTheBoardItSpeaksFor() {
        Quotas quotas = new Quotas(10, 0, board -> 0, now::get);
        assertThat(taken(quotas, ONE)).isEqualTo(10);
        assertThat(quotas.turn(Service.WEB, TOPIC, 1, Duration.ZERO)).isEmpty();
        assertThat(quotas.turn(Service.WEB, "plantbuddy/rick/02/light", 1, Duration.ZERO))
                .hasValue(0);
    }

    @Test
    void theBridgeHasNoQuotaAndAPersonHasThatOfAUser() {
        Quotas quotas = new Quotas(10, 20, board -> 0, now::get);
        for (int i = 0; i < 1_000; i++) {
            assertThat(quotas.turn(Service.BRIDGE, "plantbuddy/rick/alerts", 500, Duration.ZERO))
                    .hasValue(0);
        }
        assertThat(taken(quotas, new Person("rick"))).isEqualTo(20);
    }

    @Test
    void zeroIsNoLimit() {
        Quotas quotas = new Quotas(0, 0, board -> 0, now::get);
        for (int i = 0; i < 100_000; i++) {
            assertThat(quotas.turn(ONE, TOPIC, 60_000, Duration.ZERO)).hasValue(0);
        }
    }

    @Test
    void whoWasSentAwayMayComeAgainTenSecondsLater() {
        Quotas quotas = new Quotas(10, 0, board -> 0, now::get);
        quotas.sendAway(ONE);
        assertThat(quotas.isSentAway(ONE)).isTrue();
        assertThat(quotas.isSentAway(TWO)).isFalse();
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(quotas.isSentAway(ONE)).isFalse();
    }

    private static int taken(Quotas quotas, Principal publisher) {
        int taken = 0;
        while (quotas.turn(publisher, TOPIC, 1, Duration.ZERO).isPresent()) {
            taken++;
        }
        return taken;
    }
}
