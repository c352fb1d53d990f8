package org.plantbuddy.web.http;

import io.javalin.http.HttpStatus;
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
    OptionalLong retryAfterSeconds() {
        return status == 503 ? OptionalLong.of(RETRY_AFTER_S) : OptionalLong.empty();
    }

    public int status() {
        return status;
    }

    /** As boards get it, and who asks outside of the API. */
    public Body body() {
        return new Body(String.valueOf(getMessage()), todo);
    }

    /** As RFC 9457 has it. What went wrong is in status and detail: no type of its own has to be kept for ever. */
    ApiBody apiBody() {
        return new ApiBody(
                "about:blank", HttpStatus.forStatus(status).getMessage(), status, String.valueOf(getMessage()), todo);
    }

    public record Body(String error, String todo) {}

    record ApiBody(String type, String title, int status, String detail, String todo) {}
}
