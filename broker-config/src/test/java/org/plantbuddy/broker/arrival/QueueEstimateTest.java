package org.plantbuddy.broker.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.hivemq.QueueSize;

class QueueEstimateTest {

    private int inQueue;
    private boolean answers = true;

    private final QueueEstimate queue = new QueueEstimate(new QueueSize() {
        @Override
        public Future<Integer> ask() {
            return answers
                    ? CompletableFuture.completedFuture(inQueue)
                    : CompletableFuture.failedFuture(new IllegalStateException("the disk is gone"));
        }

        @Override
        public long most() {
            return 1_000;
        }
    });

    @Test
    void nothingIsTakenBeforeTheSizeIsKnown() {
        assertThat(queue.takes()).isFalse();
        queue.look();
        assertThat(queue.takes()).isTrue();
    }

    @Test
    void whatWasLetThroughIsCountedBeforeTheBrokerHasIt() {
        queue.look();
        assertThat(taken()).isEqualTo(950);
        queue.look();
        assertThat(taken())
                .as("none has reached the queue, and none may come on top")
                .isZero();
    }

    @Test
    void itTakesAgainOnceATenthIsFree() {
        inQueue = 950;
        looks(20);
        assertThat(queue.takes()).isFalse();
        inQueue = 901;
        looks(20);
        assertThat(queue.takes()).isFalse();
        inQueue = 890;
        looks(20);
        assertThat(taken()).isEqualTo(60);
    }

    @Test
    void whatIsNotAReadingTakesRoomToo() {
        queue.look();
        for (int i = 0; i < 900; i++) {
            queue.count();
        }
        assertThat(taken()).isEqualTo(50);
    }

    @Test
    void whileTheBrokerDoesNotAnswerEverythingCountsAsQueued() {
        looks(20);
        assertThat(taken()).isEqualTo(950);
        answers = false;
        looks(20);
        assertThat(queue.takes()).isFalse();
        answers = true;
        looks(20);
        assertThat(queue.takes()).isTrue();
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            queue.look();
        }
    }

    private int taken() {
        int taken = 0;
        while (queue.takes()) {
            taken++;
        }
        return taken;
    }
}
