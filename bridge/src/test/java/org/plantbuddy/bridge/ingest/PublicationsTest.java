package org.plantbuddy.bridge.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublicationsTest {

    private final List<CompletableFuture<Void>> sent = new ArrayList<>();

    @Test
    @SuppressWarnings("NullAway") // a future of nothing
    void noMoreThanTheBrokerTakesAreUnderWay() {
        Publications publications = new Publications(2);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(publications.add(sent::add));
        }
        assertThat(sent).hasSize(2);
        sent.get(0).complete(null);
        assertThat(sent).hasSize(3);
        sent.get(2).completeExceptionally(new IllegalStateException("refused"));
        assertThat(sent).hasSize(4);
        assertThat(all.get(0)).isCompleted();
        assertThat(all.get(2)).isCompletedExceptionally();
    }

    @Test
    void whatIsNotAcknowledgedWhenTheConnectionEndsFails() {
        Publications publications = new Publications(1);
        CompletableFuture<Void> underWay = publications.add(sent::add);
        CompletableFuture<Void> waiting = publications.add(sent::add);
        publications.end();
        assertThat(underWay).isCompletedExceptionally();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(publications.add(sent::add)).isCompletedExceptionally();
        assertThat(sent).hasSize(1);
    }

    @Test
    @SuppressWarnings("NullAway") // a future of nothing
    void manyThatCompleteAtOnceDoNotExhaustTheStack() {
        Publications publications = new Publications(1);
        CompletableFuture<Void> first = publications.add(sent::add);
        List<CompletableFuture<Void>> rest = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            rest.add(publications.add(outcome -> outcome.complete(null)));
        }
        sent.get(0).complete(null);
        assertThat(first).isCompleted();
        assertThat(rest).allMatch(CompletableFuture::isDone);
    }
}
