package org.plantbuddy.influx;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.plantbuddy.time.Backoff;

/** Writes until InfluxDB has said yes or no about each point, or patience is over. One thread writes, another may stop it. */
public final class BatchWriter {

    private final Backoff backoff;
    private final int attempts;
    private final Listener listener;
    private final CountDownLatch stopped = new CountDownLatch(1);

    private BatchWriter(Backoff backoff, int attempts, Listener listener) {
        this.backoff = backoff;
        this.attempts = attempts;
        this.listener = listener;
    }

    /** One that never gives up, whatever comes in between. */
    public static BatchWriter enduring(Listener listener) {
        return new BatchWriter(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10)), 0, listener);
    }

    /** One that tries for about a minute, or longer where InfluxDB asks for that, and gives up at once where trying does not help. */
    public static BatchWriter forAMinute(Listener listener) {
        return new BatchWriter(new Backoff(Duration.ofMillis(600), Duration.ofMinutes(1)), 8, listener);
    }

    /** Is told what becomes of attempts. */
    @FunctionalInterface
    public interface Listener {

        /** They are written again after the pause. */
        void waits(String reason, Duration pause);

        /** They are stored, or refused. */
        default void answered(WriteOutcome outcome, Duration took) {}
    }

    /** One attempt. What is to be written is asked anew in each: it may be long after the one before. */
    @FunctionalInterface
    public interface Attempt<T> {
        WriteOutcome write(List<T> points) throws InterruptedException;
    }

    /**
     * Halves what is refused until the bad points are alone. Good ones may be written twice: the same points.
     *
     * @param refused told of each point that InfluxDB does not take, and why
     * @return stored when each point is stored or refused; otherwise why what is left cannot be written
     * @throws InterruptedException when stopped meanwhile
     */
    public <T> WriteOutcome halving(List<T> points, Attempt<T> attempt, BiConsumer<T, String> refused)
            throws InterruptedException {
        WriteOutcome outcome = write(points, attempt);
        if (!(outcome instanceof WriteOutcome.Refused no)) {
            return outcome;
        }
        if (points.size() == 1) {
            refused.accept(points.get(0), no.reason());
            return new WriteOutcome.Stored();
        }
        int half = points.size() / 2;
        WriteOutcome first = halving(points.subList(0, half), attempt, refused);
        return first instanceof WriteOutcome.Stored
                ? halving(points.subList(half, points.size()), attempt, refused)
                : first;
    }

    /**
     * Writes all or none.
     *
     * @return what InfluxDB says of the points; where it says nothing and patience is over, why
     * @throws InterruptedException when stopped meanwhile
     */
    public <T> WriteOutcome write(List<T> points, Attempt<T> attempt) throws InterruptedException {
        for (int tried = 1; ; tried++) {
            long started = System.nanoTime();
            WriteOutcome outcome = attempt.write(points);
            if (!(outcome instanceof WriteOutcome.Unanswered unanswered)) {
                backoff.reset();
                listener.answered(outcome, Duration.ofNanos(System.nanoTime() - started));
                return outcome;
            }
            if (attempts > 0 && (tried >= attempts || outcome instanceof WriteOutcome.Never)) {
                return outcome;
            }
            Duration pause =
                    backoff.next(outcome instanceof WriteOutcome.RetryAfter retry ? retry.pause() : Duration.ZERO);
            listener.waits(unanswered.reason(), pause);
            pause(pause);
        }
    }

    /**
     * Waits.
     *
     * @throws InterruptedException when stopped
     */
    public void pause(Duration pause) throws InterruptedException {
        if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped");
        }
    }

    /** Ends what waits, and whatever would wait from now on. */
    public void stop() {
        stopped.countDown();
    }
}
