package org.plantbuddy.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnseenTest {

    @Test
    void everyBlankAndFormatCharacterIsTakenOffAtBothEnds() {
        int[] blanks = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(c -> Character.isSpaceChar(c)
                        || Character.isWhitespace(c)
                        || Character.getType(c) == Character.FORMAT)
                .toArray();
        assertThat(blanks).contains(' ', '\t', 0xA0, 0x2007, 0x200B, 0x202F, 0x2060, 0x3000, 0xFEFF, 0xE0001);
        for (int blank : blanks) {
            String text = Character.toString(blank);
            assertThat(Unseen.strip(text + text + "3 6" + text))
                    .as("U+%04X", blank)
                    .isEqualTo("3 6");
            assertThat(Unseen.strip(text)).as("U+%04X", blank).isEmpty();
        }
    }

    @Test
    void nulsAreTakenOffAtTheEndAloneAndOtherControlsNowhere() {
        assertThat(Unseen.strip("36\0\0 \r\n\0")).isEqualTo("36");
        assertThat(Unseen.strip("\00036")).isEqualTo("\00036");
        assertThat(Unseen.strip("3\0006")).isEqualTo("3\0006");
        assertThat(Unseen.strip("36\u0007")).isEqualTo("36\u0007");
        assertThat(Unseen.strip("\0\0")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"FEFF", "0000", "000A", "001B", "0085", "00A0", "00AD", "200B", "202E", "2028", "3164", "E000", "E0001"
    })
    void whatCannotBeSeenIsNamed(String hex) {
        String text = "3" + Character.toString(Integer.parseInt(hex, 16)) + " 6";
        assertThat(Unseen.shown(text, 80)).isEqualTo("3<U+" + hex + "> 6");
    }

    @Test
    void whatCanBeSeenIsShownAsItIs() {
        String text = "-1.5e3 °C ٣٦ 温度 é <b>🌱";
        assertThat(Unseen.shown(text, 80)).isEqualTo(text);
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertThat(Unseen.shown("12345", 5)).isEqualTo("12345");
        assertThat(Unseen.shown("123456", 5)).isEqualTo("12345…");
        assertThat(Unseen.shown("1234🌱", 5)).isEqualTo("1234…");
        assertThat(Unseen.shown("1\ud800", 9)).isEqualTo("1<U+D800>");
        assertThat(Unseen.shown("\0".repeat(1_000), 20)).isEqualTo("<U+0000><U+0000>…");
    }
}
