package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What {@code openapi.json} says of the API, to compare with what the API does. */
final class ApiText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode text;

    ApiText() {
        try (InputStream in = Objects.requireNonNull(Web.class.getResourceAsStream("openapi.json"))) {
            text = JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One method of one address.
     *
     * @param open whether strangers may use it
     * @param endless whether its answer has no end
     */
    record Operation(String method, String path, boolean open, boolean endless) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        return text.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> new Operation(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                operation.getValue().get("security").isEmpty(),
                                operation
                                        .getValue()
                                        .at("/responses/200/content")
                                        .has("text/event-stream"))))
                .toList();
    }

    /** Fails unless status, type and body of an answer are among those that the text has for it. */
    void describes(String method, String path, HttpResponse<String> answer) {
        String what = method + " " + path + ": " + answer.statusCode() + " " + answer.body();
        JsonNode operation = text.get("paths").get(path).get(method.toLowerCase(java.util.Locale.ROOT));
        JsonNode response = resolved(operation.get("responses").path(Integer.toString(answer.statusCode())));
        assertThat(response.isMissingNode())
                .as("no such status in openapi.json: " + what)
                .isFalse();
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(answer.body()).as(what).isEmpty();
            return;
        }
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        JsonNode schema = content.path(type).path("schema");
        assertThat(schema.isMissingNode())
                .as("no type '" + type + "' in openapi.json: " + what)
                .isFalse();
        if (!type.endsWith("json")) {
            return; // what it holds is not JSON
        }
        try {
            assertThat(SCHEMAS.getSchema(whole(schema)).validate(JSON.readTree(answer.body())))
                    .as(what)
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? text.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** With what it refers to. */
    private JsonNode whole(JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.set("components", text.get("components"));
        whole.putArray("allOf").add(schema);
        return whole;
    }

    static Stream<Operation> all() {
        return new ApiText().operations().stream();
    }
}
