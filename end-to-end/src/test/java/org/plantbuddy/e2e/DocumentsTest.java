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
    private static final Pattern MODULE = Pattern.compile("\\| `([a-z/-]+)` \\|[^|\n]*\\|([^|\n]*)\\|");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern USED = Pattern.compile(
            "<groupId>org.plantbuddy</groupId><artifactId>([a-z-]+)</artifactId></dependency>"); // not those of tests
    private static final Pattern LISTED = Pattern.compile("<module>([a-z/-]+)</module>");
    private static final Pattern WAY = Pattern.compile("Read it in the code: (.*?)\\(bridge\\)\\.", Pattern.DOTALL);
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

    @Test
    void tableOfModulesSaysWhatThePomsSay() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/architecture.md"));
        Matcher row = MODULE.matcher(page);
        List<String> seen = new ArrayList<>();
        while (row.find()) {
            String pom = Files.readString(ROOT.resolve(row.group(1)).resolve("pom.xml"));
            assertThat(names(row.group(2), NAME)).as(row.group(1)).containsExactlyElementsOf(names(pom, USED));
            seen.add(row.group(1).replace("tools/", ""));
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(names(Files.readString(ROOT.resolve("pom.xml")), LISTED));
    }

    @Test
    void waysOfReadingsAndAlertsAreNamedByWhatIsThereAndShort() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/architecture.md"));
        List<String> sources;
        try (Stream<Path> all = Files.walk(ROOT)) {
            sources = all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") || name.endsWith(".flux"))
                    .toList();
        }
        Matcher way = WAY.matcher(page);
        int ways = 0;
        while (way.find()) {
            ways++;
            List<String> names = names(way.group(1), NAME);
            assertThat(names)
                    .hasSizeBetween(2, 8)
                    .allMatch(name -> sources.contains(name) || sources.contains(name + ".java"));
        }
        assertThat(ways).isEqualTo(2);
    }

    /** What a pattern finds, without the folder that a module is in. */
    private static List<String> names(String text, Pattern pattern) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1).replace("tools/", ""))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"), DECISIONS, ROOT.resolve("broker-config"))) {
            try (Stream<Path> files = Files.list(folder)) {
                pages.addAll(
                        files.filter(file -> file.toString().endsWith(".md")).toList());
            }
        }
        return pages;
    }
}
