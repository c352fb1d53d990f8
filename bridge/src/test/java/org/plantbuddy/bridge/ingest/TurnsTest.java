package org.plantbuddy.bridge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void whoeverSendsLittleIsServedBetweenTheTurnsOfWhoeverSendsMuch() throws Exception {
        Turns<String> turns = new Turns<>(10, String::length);
        for (int i = 0; i < 100; i++) {
            turns.add("rick", "rick " + i);
        }
        turns.add("anna", "anna 0");
        turns.add("anna", "anna 1");
        assertThat(turns.await(0)).isTrue();
        assertThat(turns.take(12)).containsExactly("rick 0", "rick 1");
        assertThat(turns.take(24)).containsExactly("anna 0", "anna 1", "rick 2", "rick 3");
        assertThat(turns.take(1)).containsExactly("rick 4", "rick 5");
    }

    @Test
    void whatCostsMoreThanATurnIsTakenAloneAndNothingIsLost() throws Exception {
        Turns<String> turns = new Turns<>(4, String::length);
        turns.add("rick", "a long one");
        turns.add("rick", "b");
        turns.add("anna", "c");
        assertThat(turns.take(1)).containsExactly("a long one");
        assertThat(turns.take(100)).containsExactly("c", "b");
        assertThat(turns.await(1)).isFalse();
        assertThat(turns.take(100)).isEmpty();
    }

    @Test
    void whatIsUnwantedIsTakenOutAndWithItItsTurn() throws Exception {
        Turns<String> turns = new Turns<>(4, String::length);
        turns.add("rick", "stale");
        turns.add("anna", "c");
        turns.removeIf("stale"::equals);
        assertThat(turns.take(1)).containsExactly("c");
        assertThat(turns.await(0)).isFalse();
        turns.add("rick", "new");
        assertThat(turns.take(1)).containsExactly("new");
    }
}
