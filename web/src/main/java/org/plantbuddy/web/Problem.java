package org.plantbuddy.web;

import java.util.OptionalLong;

/** A request that cannot be served, told to its sender as JSON: what is wrong, and what to do about it. */
final class Problem extends RuntimeException {

    private static final long RETRY_AFTER_S = 5;

    private final int status;
    private final String todo;

    Problem(int status, String error, String todo) {
        super(error, null, false, false);
        this.status = status;
        this.todo = todo;
    }

    /** When it may be tried again; empty where the request itself is at fault. */
    OptionalLong retryAfterSeconds() {
        return status == 503 ? OptionalLong.of(RETRY_AFTER_S) : OptionalLong.empty();
    }

    int status() {
        return status;
    }

    Body body() {
        return new Body(String.valueOf(getMessage()), todo);
    }

    record Body(String error, String todo) {}
}
