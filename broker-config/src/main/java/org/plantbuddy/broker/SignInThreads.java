package org.plantbuddy.broker;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two bounded pools: passwords, which cost a processor for tens of milliseconds each, wait only for each other, so boards
 * with their tokens are not held up by people who guess.
 */
final class SignInThreads implements AutoCloseable {

    private static final int TOKEN_THREADS = 4;

    /** Boards that all reconnect after an outage wait here. */
    private static final int TOKEN_QUEUE = 20_000;

    private static final int PASSWORD_THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** About three seconds of work; whoever comes on top is told to come again. */
    private static final int PASSWORD_QUEUE = 100 * PASSWORD_THREADS;

    private final ThreadPoolExecutor tokens = pool("sign-in-token", TOKEN_THREADS, TOKEN_QUEUE);
    private final ThreadPoolExecutor passwords = pool("sign-in-password", PASSWORD_THREADS, PASSWORD_QUEUE);

    /**
     * Runs a check.
     *
     * @throws RejectedExecutionException when too many wait already
     */
    void run(boolean costly, Runnable check) {
        (costly ? passwords : tokens).execute(check);
    }

    private static ThreadPoolExecutor pool(String name, int threads, int queue) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), factory);
    }

    @Override
    public void close() {
        tokens.shutdownNow();
        passwords.shutdownNow();
    }
}
