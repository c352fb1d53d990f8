package org.plantbuddy.text;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people call their things, or say of them, in any script: one line, NFC, at most so many characters. It is for people to read
 * and reaches no topic, tag or Flux text.
 *
 * <p>Stateless and thread-safe.
 */
public final class OwnName {

    /** Of a name; in Unicode's characters, not in Java's. */
    public static final int LONGEST = 60;

    /** A text this many times as long is refused as it is: making it NFC can take long. */
    private static final int LOOKED_AT = 20;

    /** Controls, line ends and halves of characters; and what turns the direction of the text that follows. */
    private static final Pattern NOT_ALLOWED =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202A-\\u202E\\u2066-\\u2069]");

    private OwnName() {}

    /**
     * The name as it is kept; empty for one in which nothing can be seen, which is none.
     *
     * @param what is called so, for the message
     * @throws IllegalArgumentException for one that cannot be kept; the message says why and what can be
     */
    public static Optional<String> of(String what, String given) {
        return of(what, given, LONGEST);
    }

    /** The same of a text that may have so many characters. */
    public static Optional<String> of(String what, String given, int longest) {
        if (given.length() > LOOKED_AT * longest) {
            throw refused(what, given, longest);
        }
        String name = Normalizer.normalize(given, Normalizer.Form.NFC).strip();
        if (Unseen.strip(name).isEmpty()) {
            return Optional.empty();
        }
        if (name.codePointCount(0, name.length()) > longest
                || NOT_ALLOWED.matcher(name).find()) {
            throw refused(what, given, longest);
        }
        return Optional.of(name);
    }

    private static IllegalArgumentException refused(String what, String given, int longest) {
        return new IllegalArgumentException(
                what + " '" + Unseen.shown(given, LONGEST) + "' is not allowed: use one line of at most " + longest
                        + " characters, in any script, without controls and marks of direction");
    }
}
