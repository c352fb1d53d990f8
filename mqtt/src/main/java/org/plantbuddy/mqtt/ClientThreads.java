package org.plantbuddy.mqtt;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one MQTT client, which tell when one of them dies. Paho catches what it expects; anything else ends its
 * receiver without a word, and the connection looks well while nothing is read from it.
 */
final class ClientThreads extends ScheduledThreadPoolExecutor {

    /** Paho's receiver, sender and callbacks, the one that connects or disconnects, and the ping. */
    private static final int AT_ONCE = 6;

    private final Consumer<Throwable> onDeath;

    ClientThreads(Consumer<Throwable> onDeath) {
        super(AT_ONCE, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        this.onDeath = onDeath;
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                onDeath.accept(e.getCause() == null ? e : e.getCause());
            } catch (CancellationException e) {
                // Paho cancels its threads to end them
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
