package org.plantbuddy.accounts;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question to something that may hang, answered within a bound all the same.
 *
 * <p>It is asked on a thread of its own, once at a time: while it hangs, others who ask wait for the same answer, each no
 * longer than the bound. So one thread is lost to what hangs, however many ask. Thread-safe.
 */
public final class BoundedQuestion<T> {

    private final String name;
    private final Duration patience;
    private final Supplier<T> question;
    private @Nullable CompletableFuture<T> asked;

    /** @param name of the thread it is asked on */
    public BoundedQuestion(String name, Duration patience, Supplier<T> question) {
        this.name = name;
        this.patience = patience;
        this.question = question;
    }

    /** The answer; empty when there was none in time, or an exception instead. */
    public Optional<T> answer() {
        try {
            return Optional.of(ask().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized CompletableFuture<T> ask() {
        CompletableFuture<T> underWay = asked;
        if (underWay != null && !underWay.isDone()) {
            return underWay;
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> answer(answer), name);
        thread.setDaemon(true);
        thread.start();
        asked = answer;
        return answer;
    }

    private void answer(CompletableFuture<T> answer) {
        try {
            answer.complete(question.get());
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        } catch (Error e) {
            answer.completeExceptionally(e);
            throw e;
        }
    }
}
