package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.plantbuddy.web.http.Language;

/** The catalogues of texts say the same in each language, and have what pages and scripts ask for, and no more. */
class TextsTest {

    private static final String NAME = "[a-zA-Z]+\\.\\w+";

    /** What is filled in, and markup. */
    private static final Pattern PLACE = Pattern.compile("\\{+\\w+}+|</?\\w+>");

    /** In scripts, a text that looks so is the key of one. */
    private static final Pattern IN_SCRIPTS = Pattern.compile("'(" + NAME + ")'");

    private static final Pattern BEGUN_IN_SCRIPTS = Pattern.compile("`([a-zA-Z]+\\.)\\$\\{");
    private static final Pattern IN_PAGES = Pattern.compile("\\{\\{(" + NAME + ")}}");
    private static final Pattern IN_JAVA = Pattern.compile("say\\(\\s*context,\\s*\"(" + NAME + ")\"");

    @Test
    void languagesHaveTheSameTextsWithTheSamePlaces() throws IOException {
        Map<String, Set<String>> first = places(Language.EN);
        assertThat(first).isNotEmpty();
        for (Language language : Language.values()) {
            assertThat(places(language)).as(language.tag()).isEqualTo(first);
        }
    }

    @Test
    void scriptsHaveTheirTextsAndNoOthersAreSentToBrowsers() throws IOException {
        String scripts = read(Scripts.FOLDER, ".js");
        Set<String> texts = names(Language.EN, "scripts");
        Set<String> asked = found(IN_SCRIPTS, scripts);
        Set<String> begun = found(BEGUN_IN_SCRIPTS, scripts);
        assertThat(texts).containsAll(asked);
        assertThat(texts)
                .allMatch(name -> asked.contains(name) || begun.contains(name.substring(0, name.indexOf('.') + 1)));
        assertThat(begun).allMatch(beginning -> texts.stream().anyMatch(name -> name.startsWith(beginning)));
    }

    @Test
    void pagesHaveTheirTextsAndNoOthersAreThere() throws IOException {
        Set<String> asked = new HashSet<>(found(IN_PAGES, read(Scripts.FOLDER, ".html")));
        asked.addAll(found(IN_JAVA, read(Scripts.FOLDER.resolve("../../../../java/org/plantbuddy/web"), ".java")));
        assertThat(names(Language.EN, "pages")).isEqualTo(new TreeSet<>(asked));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static String read(Path folder, String ending) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(ending)).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static JsonNode catalogue(Language language) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(Scripts.FOLDER.resolve("texts").resolve(language.tag() + ".json")));
    }

    private static Set<String> names(Language language, String part) throws IOException {
        Set<String> names = new TreeSet<>();
        catalogue(language).path(part).fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** By each text's name what is filled in; where it has forms, together, and the names of the forms. */
    private static Map<String, Set<String>> places(Language language) throws IOException {
        Map<String, Set<String>> all = new TreeMap<>();
        for (String part : List.of("pages", "scripts")) {
            JsonNode texts = catalogue(language).path(part);
            for (String name : names(language, part)) {
                JsonNode text = texts.path(name);
                Set<String> places = new TreeSet<>();
                List<JsonNode> forms = new ArrayList<>();
                text.fieldNames().forEachRemaining(places::add);
                text.elements().forEachRemaining(forms::add);
                forms.add(text);
                for (JsonNode form : forms) {
                    PLACE.matcher(form.asText())
                            .results()
                            .map(MatchResult::group)
                            .forEach(places::add);
                }
                all.put(part + " " + name, places);
            }
        }
        return all;
    }
}
