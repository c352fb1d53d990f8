package org.plantbuddy.web;

/** A request that cannot be served, told to its sender as JSON: what is wrong, and what to do about it. */
final class Problem extends RuntimeException {

    private final int status;
    private final String todo;

    Problem(int status, String error, String todo) {
        super(error, null, false, false);
        this.status = status;
        this.todo = todo;
    }

    int status() {
        return status;
    }

    Body body() {
        return new Body(String.valueOf(getMessage()), todo);
    }

    record Body(String error, String todo) {}
}
