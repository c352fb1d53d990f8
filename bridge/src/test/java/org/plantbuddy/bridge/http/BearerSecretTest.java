package org.plantbuddy.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.plantbuddy.config.Secret;

class BearerSecretTest {

    @Test
    void emptySecretDoesNotComeUp() {
        assertThatThrownBy(() -> new BearerSecret(() -> new Secret(" ")))
                .hasMessageContaining("PLANTBUDDY_NOTIFY_SECRET");
    }

    @Test
    void schemeIsCaseInsensitiveAndTheSecretIsNot() {
        BearerSecret secret = new BearerSecret(() -> new Secret("Abc"));

        assertThat(secret.matches("bearer Abc")).isTrue();
        assertThat(secret.matches("Bearer abc")).isFalse();
        assertThat(secret.matches(null)).isFalse();
    }

    @Test
    void secretIsTakenAsItIsNowAndWhileItIsReplacedTheOneBeforeToo() {
        AtomicReference<Secret> file = new AtomicReference<>(new Secret("one"));
        BearerSecret secret = new BearerSecret(file::get);

        file.set(new Secret("two\none"));
        assertThat(secret.matches("Bearer one")).isTrue();
        assertThat(secret.matches("Bearer two")).isTrue();
        assertThat(secret.matches("Bearer two\none")).isFalse();
        assertThat(secret.matches("Bearer ")).isFalse();

        file.set(new Secret("two"));
        assertThat(secret.matches("Bearer one")).isFalse();
        assertThat(secret.matches("Bearer two")).isTrue();
    }
}
