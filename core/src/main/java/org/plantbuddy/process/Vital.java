package org.plantbuddy.process;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that a process cannot do without. When one dies, the process ends and whoever watches it starts it again, which
 * all parts stand: a process that lives on without a part of it looks well and does nothing.
 */
public final class Vital {

    /** As {@code -XX:+ExitOnOutOfMemoryError} ends it. */
    static final int EXIT = 3;

    private static final long ENDED_WITHIN_S = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Vital.class);

    private static volatile Runnable end = () -> {};
    private static volatile boolean dead;

    private Vital() {}

    /** From now on this process ends when a part dies, or when the Java machine fails in any thread: for a {@code main}. */
    public static void endProcess() {
        end = () -> Runtime.getRuntime().halt(EXIT); // no hooks: they may need what has just failed
        if (dead) { // while it started
            end.run();
        }
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            if (failure instanceof VirtualMachineError) {
                died(thread.getName(), failure);
            } else if (before != null) {
                before.uncaughtException(thread, failure);
            } else {
                LOG.error("event=thread_died thread=\"{}\"", thread.getName(), failure);
            }
        });
    }

    /** A daemon thread, not yet started, that must not end by an exception. */
    public static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, failure) -> died(dead.getName(), failure));
        return thread;
    }

    /** Daemon threads for what is done later or again and again. A task's exception is logged; an error is a death. */
    public static ScheduledExecutorService timer(String name, int threads) {
        return new ScheduledThreadPoolExecutor(threads, task -> thread(name, task)) {
            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                super.afterExecute(task, thrown);
                if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
                    told(name, future);
                }
            }
        };
    }

    /**
     * Interrupts what these threads do, and waits for a few seconds until they have ended.
     *
     * @return whether they have; not where this thread was interrupted, which it is again then
     */
    public static boolean end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            return threads.awaitTermination(ENDED_WITHIN_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void told(String name, Future<?> done) {
        try {
            done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                died(name, error);
            } else {
                LOG.error("event=task_failed thread=\"{}\"", name, e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same for what another's timer runs again and again: it goes on after an exception. */
    public static Runnable again(String name, Runnable look) {
        return () -> {
            try {
                look.run();
            } catch (RuntimeException e) {
                LOG.error("event=task_failed thread=\"{}\"", name, e);
            } catch (Error e) {
                died(name, e);
                throw e;
            }
        };
    }

    private static void died(String name, Throwable failure) {
        dead = true;
        try {
            LOG.error(
                    "event=part_died thread=\"{}\"; this process ends, and works again when it is started again",
                    name,
                    failure);
        } finally {
            end.run();
        }
    }
}
