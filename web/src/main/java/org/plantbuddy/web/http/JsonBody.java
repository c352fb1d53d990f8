package org.plantbuddy.web.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a request sends. Nothing here repeats it: errors name the rule. */
public final class JsonBody {

    /** Two members of one name: whichever is taken, somebody believes it is the other. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonBody() {}

    /** Empty for what is not a JSON object. */
    public static Optional<JsonNode> object(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Empty also for one with other members than these: a misspelt one would be passed over. */
    public static Optional<JsonNode> object(String body, Set<String> members) {
        return object(body)
                .filter(object ->
                        object.properties().stream().map(Map.Entry::getKey).allMatch(members::contains));
    }

    /** Empty for a member that is not there, or no text. */
    public static Optional<String> text(JsonNode object, String member) {
        return Optional.ofNullable(object.get(member))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }
}
