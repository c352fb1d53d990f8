package org.plantbuddy.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @Test
    void anObjectIsRead() {
        assertThat(JsonBody.object("{\"device\":\"01\"}")).isPresent();
    }

    /** What one reader takes from the first and another from the last is nobody's meaning. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"device\":\"01\",\"device\":\"02\"}",
                "{\"device\":\"01\",\"\\u0064evice\":\"02\"}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{\"a\":[{\"b\":1,\"b\":2}]}",
                "{\"device\":\"01\"} {\"device\":\"02\"}",
                "{\"device\":\"01\"}x",
                "[]",
                "1",
                "null",
                "",
                "{",
                "{\"a\":1e999999999999}x"
            })
    void whatCanBeReadInTwoWaysOrInNoneIsRefused(String body) {
        assertThat(JsonBody.object(body)).isEmpty();
    }

    @Test
    void depthHasAnEnd() {
        assertThat(JsonBody.object("{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"))
                .isEmpty();
    }
}
