package org.plantbuddy.broker.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResendStampsTest {

    private static final String TOPIC = "plantbuddy/rick/01/light";

    private Instant now = Instant.parse("2026-11-24T10:00:00Z");
    private final ResendStamps stamps = new ResendStamps(() -> now);

    @Test
    void aMessageSentAgainFindsItsFirstStamp() {
        stamps.put("c", 7, TOPIC, bytes("36"), 100);
        stamps.disconnected("c");
        assertThat(stamps.find("c", 7, TOPIC, bytes("36"))).hasValue(100);
    }

    @Test
    void anotherSessionPacketTopicOrPayloadDoesNot() {
        stamps.put("c", 7, TOPIC, bytes("36"), 100);
        assertThat(stamps.find("d", 7, TOPIC, bytes("36"))).isEmpty();
        assertThat(stamps.find("c", 8, TOPIC, bytes("36"))).isEmpty();
        assertThat(stamps.find("c", 7, "plantbuddy/rick/01/humidity", bytes("36")))
                .isEmpty();
        assertThat(stamps.find("c", 7, TOPIC, bytes("37"))).isEmpty();
    }

    @Test
    void whatWasStampedLongBeforeTheConnectionEndedIsForgotten() {
        stamps.put("c", 1, TOPIC, bytes("36"), 100);
        now = now.plus(Duration.ofMinutes(10));
        stamps.put("c", 2, TOPIC, bytes("37"), 200);
        stamps.disconnected("c");
        assertThat(stamps.find("c", 1, TOPIC, bytes("36"))).isEmpty();
        assertThat(stamps.find("c", 2, TOPIC, bytes("37"))).hasValue(200);
    }

    @Test
    void whatWasStampedLongBeforeAnotherMessageIsForgotten() {
        stamps.put("c", 1, TOPIC, bytes("36"), 100);
        now = now.plus(Duration.ofMinutes(10));
        stamps.put("c", 2, TOPIC, bytes("37"), 200);
        assertThat(stamps.find("c", 1, TOPIC, bytes("36"))).isEmpty();
    }

    @Test
    void whatHadNoAcknowledgementWhenTheConnectionEndedIsKeptWhateverComesNext() {
        stamps.put("c", 1, TOPIC, bytes("36"), 100);
        stamps.put("c", 2, TOPIC, bytes("37"), 200);
        stamps.disconnected("c");
        now = now.plus(Duration.ofMinutes(10));
        stamps.put("c", 3, TOPIC, bytes("38"), 300);
        assertThat(stamps.find("c", 1, TOPIC, bytes("36"))).hasValue(100);
        stamps.put("c", 2, TOPIC, bytes("39"), 400);
        assertThat(stamps.find("c", 2, TOPIC, bytes("37"))).isEmpty();
        assertThat(stamps.find("c", 2, TOPIC, bytes("39"))).hasValue(400);
        stamps.disconnected("c");
        assertThat(stamps.find("c", 1, TOPIC, bytes("36")))
                .as("had its chance in the connection that ended now")
                .isEmpty();
    }

    @Test
    void aMessageThatIsRefusedIsNotTakenForAnOlderOneWhenItComesAgain() {
        stamps.put("c", 1, TOPIC, bytes("36"), 100);
        stamps.disconnected("c");
        stamps.forget("c", 1);
        assertThat(stamps.find("c", 1, TOPIC, bytes("36"))).isEmpty();
    }

    @Test
    void aSessionThatStartsAnewKnowsNothing() {
        stamps.put("c", 1, TOPIC, bytes("36"), 100);
        stamps.forget("c");
        assertThat(stamps.find("c", 1, TOPIC, bytes("36"))).isEmpty();
    }

    @Test
    void oneSessionKeepsTheNewestTwoThousand() {
        for (int id = 1; id <= 3_000; id++) {
            stamps.put("c", id, TOPIC, bytes("36"), id);
            if (id == 1_500) {
                stamps.disconnected("c");
            }
        }
        stamps.disconnected("c");
        assertThat(stamps.find("c", 1_000, TOPIC, bytes("36"))).isEmpty();
        assertThat(stamps.find("c", 1_001, TOPIC, bytes("36"))).hasValue(1_001);
    }

    @Test
    void stampsIncreaseAlsoWhenTheClockStandsOrGoesBack() {
        Stamps clock = new Stamps(() -> now);
        Set<Long> seen = new HashSet<>();
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            long stamp = clock.next();
            assertThat(stamp).isGreaterThan(last);
            assertThat(seen.add(stamp)).isTrue();
            last = stamp;
            if (i == 500) {
                now = now.minusSeconds(5);
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
