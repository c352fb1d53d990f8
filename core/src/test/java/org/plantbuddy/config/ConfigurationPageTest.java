package org.plantbuddy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/configuration.md is made of {@link Key}. After a change of the keys write it anew:
 * {@code tools/test core ConfigurationPageTest -Dplantbuddy.docs=write}
 */
class ConfigurationPageTest {

    private static final String BEGIN = "<!-- keys -->\n";
    private static final String END = "<!-- end of keys -->\n";

    @Test
    void pageListsEveryKeyAsItIs() throws Exception {
        Path page = Path.of(System.getProperty("plantbuddy.root", ".."), "docs", "configuration.md");
        String text = Files.readString(page);
        String wanted =
                text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + table() + text.substring(text.indexOf(END));
        if ("write".equals(System.getProperty("plantbuddy.docs"))) {
            Files.writeString(page, wanted);
        }
        assertThat(Files.readString(page))
                .as("docs/configuration.md is behind the keys; update it with:"
                        + " tools/test core ConfigurationPageTest -Dplantbuddy.docs=write")
                .isEqualTo(wanted);
    }

    private static String table() {
        return "\n| key | type | default | meaning |\n|---|---|---|---|\n"
                + Arrays.stream(Key.values()).map(ConfigurationPageTest::row).collect(Collectors.joining())
                + "\n";
    }

    private static String row(Key key) {
        String value = key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`";
        return "| `" + key.variable() + "` | " + key.type().name().toLowerCase(Locale.ROOT) + key.bounds() + " | "
                + value + " | " + key.meaning().replace("|", "\\|") + " |\n";
    }
}
