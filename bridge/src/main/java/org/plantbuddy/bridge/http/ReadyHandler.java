package org.plantbuddy.bridge.http;

import com.fasterxml.jackson.databind.JsonNode;
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
        ArrayNode answer = parts();
        boolean allReady = true;
        for (JsonNode part : answer) {
            allReady &= part.path("ready").asBoolean();
        }
        context.status(allReady ? 200 : 503).contentType("application/json").result(answer.toString());
    }

    ArrayNode parts() {
        ArrayNode answer = JSON.createArrayNode();
        for (Part part : parts) {
            Optional<String> problem = part.now();
            answer.addObject()
                    .put("part", part.name())
                    .put("ready", problem.isEmpty())
                    .put("reason", problem.orElse(""));
        }
        return answer;
    }
}
