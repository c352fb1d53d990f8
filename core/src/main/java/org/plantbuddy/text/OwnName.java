package org.plantbuddy.text;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people call their things, in any script: one line, NFC, at most {@value #LONGEST} characters. It is for people to read
 * and reaches no topic, tag or Flux text.
 *
 * <p>Stateless and thread-safe.
 */
public final class OwnName {

    /** In Unicode's characters, not in Java's. */
    public static final int LONGEST = 60;

    /** A longer text is refused as it is: making it NFC can take long. */
    private static final int LOOKED_AT = 20 * LONGEST;

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
        if (given.length() > LOOKED_AT) {
            throw refused(what, given);
        }
        String name = Normalizer.normalize(given, Normalizer.Form.NFC).strip();
        if (Unseen.strip(name).isEmpty()) {
            return Optional.empty();
        }
        if (name.codePointCount(0, name.length()) > LONGEST
                || NOT_ALLOWED.matcher(name).find()) {
            throw refused(what, given);
        }
        return Optional.of(name);
    }

    private static IllegalArgumentException refused(String what, String given) {
        return new IllegalArgumentException(
                what + " '" + Unseen.shown(given, LONGEST) + "' is not allowed: use one line of at most " + LONGEST
                        + " characters, in any script, without controls and marks of direction");
    }
}
