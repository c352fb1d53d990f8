package org.plantbuddy.bridge.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /healthz}: the process lives. Whether it works is told by /readyz. */
public final class HealthHandler implements Handler {

    @Override
    public void handle(Context context) {
        context.contentType("text/plain; charset=utf-8").result("ok\n");
    }
}
