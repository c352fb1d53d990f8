package org.plantbuddy.broker.signin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of two kinds: passwords, which cost a processor for tens of milliseconds each, wait only for each other, so boards
 * with their tokens are not held up by people who guess.
 */
public final class SignInThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignInThreads.class);
    private static final int TOKEN_THREADS = 4;

    /** Boards that all reconnect after an outage wait here. */
    private static final int TOKEN_QUEUE = 20_000;

    private static final int PASSWORD_THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** About three seconds of work; whoever comes on top is told to come again. */
    private static final int PASSWORD_QUEUE = 100 * PASSWORD_THREADS;

    private final AtomicInteger number = new AtomicInteger();
    private final PasswordQueue passwords = new PasswordQueue(PASSWORD_QUEUE);
    private final List<Thread> passwordThreads = new ArrayList<>();
    private final ThreadPoolExecutor tokens = new ThreadPoolExecutor(
            TOKEN_THREADS,
            TOKEN_THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(TOKEN_QUEUE),
            task -> thread("sign-in-token", task));

    public SignInThreads() {
        for (int i = 0; i < PASSWORD_THREADS; i++) {
            Thread thread = Vital.thread("sign-in-password-" + number.incrementAndGet(), this::checkPasswords);
            passwordThreads.add(thread);
            thread.start();
        }
    }

    /**
     * Runs a check that costs next to nothing.
     *
     * @throws RejectedExecutionException when too many wait already
     */
    void run(Runnable check) {
        tokens.execute(check);
    }

    /**
     * Runs the check of a password; where too many wait, one of them is turned away.
     *
     * @param address where it comes from, and how many failed sign-ins came from there lately
     */
    void runCostly(String address, int failures, Runnable check, Runnable turnAway) {
        passwords
                .add(address, failures, check, turnAway)
                .ifPresent(one -> one.turnAway().run());
    }

    private void checkPasswords() {
        try {
            while (true) {
                Runnable check = passwords.take().check();
                try {
                    check.run();
                } catch (RuntimeException e) {
                    LOG.error("event=sign_in_failed cause=\"{}\"", e.toString(), e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        tokens.shutdownNow();
        passwordThreads.forEach(Thread::interrupt);
    }
}
