package org.plantbuddy.web.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What the page speaks; the first, to whoever asks for none of them. */
public enum Language {
    EN,
    DE;

    private static final List<String> TAGS =
            Stream.of(values()).map(Language::tag).toList();

    /** As in {@code <html lang>}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The language that has this tag. */
    public static Optional<Language> of(String tag) {
        return Stream.of(values()).filter(one -> one.tag().equals(tag)).findFirst();
    }

    /** What a browser asks for. */
    public static Language asked(Context context) {
        String header = context.header(Header.ACCEPT_LANGUAGE);
        try {
            return Optional.ofNullable(header)
                    .map(Locale.LanguageRange::parse)
                    .map(ranges -> Locale.lookupTag(ranges, TAGS))
                    .flatMap(Language::of)
                    .orElse(EN);
        } catch (IllegalArgumentException e) {
            return EN; // it is no such header
        }
    }
}
