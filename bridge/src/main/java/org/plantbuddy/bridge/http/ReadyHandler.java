package org.plantbuddy.bridge.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.watch.Part;

/**
 * {@code GET /readyz} and {@code GET /operationz}: each part and what is wrong with it, {@code [{"part":"mqtt","ready":false,"reason":"…"}]}; 503
 * unless all are ready.
 */
final class ReadyHandler implements Handler {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<Part> parts;

    ReadyHandler(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    @Override
    public void handle(Context context) {
        ArrayNode answer = JSON.createArrayNode();
        boolean allReady = add(answer);
        context.status(allReady ? 200 : 503).contentType("application/json").result(answer.toString());
    }

    /** Returns whether all are ready. */
    boolean add(ArrayNode answer) {
        boolean allReady = true;
        for (Part part : parts) {
            Optional<String> problem = part.now();
            allReady &= problem.isEmpty();
            answer.addObject()
                    .put("part", part.name())
                    .put("ready", problem.isEmpty())
                    .put("reason", problem.orElse(""));
        }
        return allReady;
    }
}
