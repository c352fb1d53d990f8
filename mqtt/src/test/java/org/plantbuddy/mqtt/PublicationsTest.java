package org.plantbuddy.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublicationsTest {

    private static final Outcome TAKEN = new Outcome.Acknowledged();

    private final List<CompletableFuture<Outcome>> sent = new ArrayList<>();

    @Test
    void noMoreThanTheBrokerTakesAreUnderWay() {
        Publications publications = new Publications(2);
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(publications.add(sent::add));
        }
        assertThat(sent).hasSize(2);
        sent.get(0).complete(TAKEN);
        assertThat(sent).hasSize(3);
        sent.get(2).complete(new Outcome.Refused(0x97));
        assertThat(sent).hasSize(4);
        assertThat(all.get(0)).isCompleted();
        assertThat(all.get(2)).isCompletedWithValue(new Outcome.Refused(0x97));
    }

    @Test
    void whatIsNotAcknowledgedWhenTheConnectionEndsIsUnknown() {
        Publications publications = new Publications(1);
        CompletableFuture<Outcome> underWay = publications.add(sent::add);
        CompletableFuture<Outcome> waiting = publications.add(sent::add);
        publications.end();
        for (CompletableFuture<Outcome> lost : List.of(underWay, waiting, publications.add(sent::add))) {
            assertThat(lost).isCompletedWithValueMatching(Outcome.Unknown.class::isInstance);
        }
        assertThat(sent).hasSize(1);
    }

    @Test
    void manyThatCompleteAtOnceDoNotExhaustTheStack() {
        Publications publications = new Publications(1);
        CompletableFuture<Outcome> first = publications.add(sent::add);
        List<CompletableFuture<Outcome>> rest = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            rest.add(publications.add(outcome -> outcome.complete(TAKEN)));
        }
        sent.get(0).complete(TAKEN);
        assertThat(first).isCompleted();
        assertThat(rest).allMatch(CompletableFuture::isDone);
    }
}
