package org.plantbuddy.bridge.removal;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Tells when one thread is done with what it began before a user was removed. */
public final class Fence {

    private final ReentrantLock lock = new ReentrantLock();
    private final Consumer<String> onPassed;

    Fence(Consumer<String> onPassed) {
        this.onPassed = onPassed;
    }

    /** What a thread does with readings. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws InterruptedException;
    }

    /** Does something with readings that were found not to be a removed user's in the course of it. */
    public <T> T during(Work<T> work) throws InterruptedException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    void pass(String user) {
        lock.lock();
        try {
            onPassed.accept(user);
        } finally {
            lock.unlock();
        }
    }
}
