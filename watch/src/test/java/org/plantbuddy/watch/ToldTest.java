package org.plantbuddy.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When the operator is told, and how often at most. */
class ToldTest {

    private static final Set<String> WEBHOOK = Set.of("webhook");
    private static final long LOOK_MS = 10_000;

    private Told told = Told.NOTHING;
    private long now = 1_800_000_000_000L;
    private final List<Message> sent = new ArrayList<>();

    /** A look every 10 s, at which all that waits is sent. */
    private void look(int seconds, String... wrong) {
        for (int passed = 0; passed < seconds; passed += 10) {
            Map<String, Wrong> now = new TreeMap<>();
            for (String part : wrong) {
                now.put(part, new Wrong(part + " is away", this.now));
            }
            told = told.after(now, this.now, WEBHOOK);
            told.waiting().forEach(waiting -> sent.add(waiting.message()));
            told = new Told(told.troubles(), List.of(), told.at());
            this.now += LOOK_MS;
        }
    }

    @Test
    void partThatFailsIsToldOnceWithinTwoMinutesAndOnceThatItIsWellAgain() {
        look(70, "influxdb");
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).title()).isEqualTo("Plant Buddy: not working: influxdb");
        look(3_600, "influxdb");
        assertThat(sent).hasSize(1);
        look(70);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).title()).isEqualTo("Plant Buddy: works again: influxdb");
        assertThat(sent.get(1).text()).contains("influxdb is away");
        look(3_600);
        assertThat(sent).hasSize(2);
    }

    @Test
    void restartOfAPartIsNotTold() {
        look(40, "mqtt");
        look(600);
        assertThat(sent).isEmpty();
    }

    @Test
    void whatBeganBeforeAllOfItWasStoppedIsNotToldWhenItStarts() {
        look(30, "mqtt");
        now += 86_400_000L;
        look(20, "mqtt"); // it connects
        look(600);
        assertThat(sent).isEmpty();
    }

    @Test
    void partsThatFailTogetherAreOneMessage() {
        look(120, "canary", "influxdb", "tasks");
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).title()).isEqualTo("Plant Buddy: not working: canary, influxdb, tasks");
        assertThat(sent.get(0).text()).hasLineCount(3);
    }

    @Test
    void partThatComesAndGoesIsToldLessAndLess() {
        for (int i = 0; i < 24 * 18; i++) { // a day of 200 s each
            look(100, "mqtt");
            look(100);
        }
        assertThat(sent.size()).isBetween(4, 16);
    }

    @Test
    void partThatIsNeverAwayForLongAndNeverWellForLongIsTold() {
        for (int i = 0; i < 20; i++) {
            look(20, "mqtt");
            look(20);
        }
        assertThat(sent).hasSize(1);
    }

    @Test
    void channelThatIsAwayGetsTheNewestMessagesAndIsTriedLessAndLess() {
        for (int i = 0; i < 30; i++) {
            told = told.after(Map.of("part" + i, new Wrong("away", now - 3_600_000)), now, WEBHOOK);
            now += LOOK_MS;
        }
        assertThat(told.waiting()).hasSize(Told.MOST_WAITING);
        assertThat(told.waiting().get(Told.MOST_WAITING - 1).message().title()).contains("part29");
        int tries = 0;
        for (long until = now + 3_600_000; now < until; now += LOOK_MS) {
            Told.Waiting due = told.due("webhook", now).orElse(null);
            if (due != null) {
                told = told.failed(due, now);
                tries++;
            }
        }
        assertThat(tries).isBetween(8, 14);
        now += Told.TRIED_FOR_MS;
        assertThat(told.after(Map.of(), now, WEBHOOK).waiting())
                .as("of yesterday")
                .noneMatch(waiting -> waiting.message().title().contains("not working"));
    }
}
