package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents lead to what is there, and decisions are found by their number. */
class DocumentsTest {

    private static final Path ROOT = Path.of(System.getProperty("plantbuddy.root", ".."));
    private static final Path DECISIONS = ROOT.resolve("docs/decisions");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(#[^)\\s]*)?\\)");
    private static final Pattern BEGINNING = Pattern.compile(
            "# (\\d{4}): (\\S[^\n]*)\n\n\\d{4}-\\d{2}-\\d{2}, (accepted|replaced by \\d{4})\n\n.*", Pattern.DOTALL);

    @Test
    void linksLeadToFiles() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    dead.add(ROOT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void decisionsHaveOneFormAndStandInTheIndex() throws IOException {
        String index = Files.readString(DECISIONS.resolve("README.md"));
        try (Stream<Path> files = Files.list(DECISIONS)) {
            for (Path decision :
                    files.filter(file -> !file.endsWith("README.md")).sorted().toList()) {
                String name = decision.getFileName().toString();
                String text = Files.readString(decision);
                Matcher beginning = BEGINNING.matcher(text);
                assertThat(beginning.matches())
                        .as(name + " begins as the others")
                        .isTrue();
                assertThat(name).startsWith(beginning.group(1) + "-");
                assertThat(index)
                        .contains("| [" + beginning.group(1) + "](" + name + ") | " + beginning.group(2) + " |");
            }
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT.resolve("docs"), DECISIONS, ROOT)) {
            try (Stream<Path> files = Files.list(folder)) {
                pages.addAll(
                        files.filter(file -> file.toString().endsWith(".md")).toList());
            }
        }
        return pages;
    }
}
