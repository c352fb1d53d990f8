package org.plantbuddy.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Monstera",
                "Größe 2",
                "龟背竹",
                "فيكس",
                "گل\u200Cخانه",
                "Фикус",
                "👩‍🌾 & <b>",
                "🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F"
            })
    void nameOfAnyScriptIsKeptAsItIs(String name) {
        assertThat(OwnName.of("name", name)).contains(name);
    }

    @Test
    void nameIsNfcAndWithoutBlanksAtItsEnds() {
        assertThat(OwnName.of("name", " \u3000Gro\u0308ße\n")).contains("Größe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\u00A0", "\u200B\uFEFF", "\n"})
    void nameWithNothingToSeeIsNone(String name) {
        assertThat(OwnName.of("name", name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\tb",
                "a\0b",
                "\u001B[31mred",
                "a\u0085b",
                "a\u2028b",
                "\u202Ecba",
                "a\u2066b",
                "a\uD800b"
            })
    void nameThatChangesWhatIsAroundItIsRefused(String name) {
        assertThatThrownBy(() -> OwnName.of("name", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name '")
                .hasMessageContaining("in any script")
                .hasMessageNotContaining(name);
    }

    @Test
    void sixtyCharactersAreTheMost() {
        assertThat(OwnName.of("place", "🌱".repeat(60))).isPresent();
        for (String name :
                new String[] {"a".repeat(61), "🌱".repeat(61), "a\u0301".repeat(61), "x".repeat(1_000_000)}) {
            assertThatThrownBy(() -> OwnName.of("place", name)).hasMessageContaining("at most 60");
        }
        assertThat(OwnName.of("place", "a\u0301".repeat(60))).contains("á".repeat(60));
    }
}
