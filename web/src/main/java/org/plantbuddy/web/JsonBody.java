package org.plantbuddy.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** What a request sends. Nothing here repeats it: errors name the rule. */
final class JsonBody {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonBody() {}

    /** Empty for what is not a JSON object. */
    static Optional<JsonNode> object(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Empty for a member that is not there, or no text. */
    static Optional<String> text(JsonNode object, String member) {
        return Optional.ofNullable(object.get(member))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }
}
