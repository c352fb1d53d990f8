package org.plantbuddy.web.http;

import java.util.OptionalLong;

/** A request that cannot be served, told to its sender as JSON: what is wrong, and what to do about it. */
public final class Problem extends RuntimeException {

    private static final long RETRY_AFTER_S = 5;

    private final int status;
    private final String todo;

    public Problem(int status, String error, String todo) {
        super(error, null, false, false);
        this.status = status;
        this.todo = todo;
    }

    /** When it may be tried again; empty where the request itself is at fault. */
    public OptionalLong retryAfterSeconds() {
        return status == 503 ? OptionalLong.of(RETRY_AFTER_S) : OptionalLong.empty();
    }

    public int status() {
        return status;
    }

    public Body body() {
        return new Body(String.valueOf(getMessage()), todo);
    }

    public record Body(String error, String todo) {}
}
