package org.plantbuddy.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.plantbuddy.config.Secret;

class BearerSecretTest {

    @Test
    void emptySecretDoesNotComeUp() {
        assertThatThrownBy(() -> new BearerSecret(new Secret(" "))).hasMessageContaining("PLANTBUDDY_NOTIFY_SECRET");
    }

    @Test
    void schemeIsCaseInsensitiveAndTheSecretIsNot() {
        BearerSecret secret = new BearerSecret(new Secret("Abc"));

        assertThat(secret.matches("bearer Abc")).isTrue();
        assertThat(secret.matches("Bearer abc")).isFalse();
        assertThat(secret.matches(null)).isFalse();
    }
}
