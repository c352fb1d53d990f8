package org.plantbuddy.web.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts of one language: those of pages, which are filled in here and may have markup, and those of scripts, which the
 * browser fills in. Immutable.
 */
public final class Catalogue {

    /** Of a text in a page; what else stands there has no point in its name. */
    private static final Pattern KEY = Pattern.compile("\\{\\{([a-zA-Z]+\\.[A-Za-z]+)}}");

    private final Language language;
    private final JsonNode texts;

    private Catalogue(Language language, JsonNode texts) {
        this.language = language;
        this.texts = texts;
    }

    static Catalogue read(Language language) {
        String file = "/org/plantbuddy/web/texts/" + language.tag() + ".json";
        try (InputStream in = Objects.requireNonNull(Catalogue.class.getResourceAsStream(file), file)) {
            return new Catalogue(language, new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A page with its texts. */
    String fill(String page) {
        return KEY.matcher(page.replace("{{language}}", language.tag()))
                .replaceAll(place -> Matcher.quoteReplacement(text(place.group(1), Map.of())));
    }

    /**
     * A text of pages.
     *
     * @param values of its places, such as {@code {seconds}}
     */
    public String text(String key, Map<String, Object> values) {
        JsonNode found = texts.path("pages").path(key);
        if (!found.isTextual()) {
            throw new IllegalStateException("the texts of " + language + " have no " + key);
        }
        String text = found.textValue();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            text = text.replace("{" + value.getKey() + "}", value.getValue().toString());
        }
        return text;
    }

    /** What scripts load. */
    String script() {
        return "export default " + texts.path("scripts") + ";\n";
    }
}
