package org.plantbuddy.text;

import java.util.regex.Pattern;

/**
 * Characters that nobody sees: blanks of any kind, marks of byte order and direction, the NUL that ends a text in C.
 *
 * <p>Stateless and thread-safe.
 */
public final class Unseen {

    /** Not only what Unicode calls a blank or a control: some letters and signs have no picture either. */
    private static final Pattern INVISIBLE = Pattern.compile(
            "[\\p{C}\\p{Z}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u2800\\u3164\\uFE00-\\uFE0F\\uFFA0&&[^ ]]");

    private Unseen() {}

    /** The text without blanks and format characters at its ends, and without NULs at its end. */
    public static String strip(String text) {
        int end = text.length();
        while (end > 0) {
            int last = text.codePointBefore(end);
            if (last != 0 && !isBlank(last)) {
                break;
            }
            end -= Character.charCount(last);
        }
        int start = 0;
        while (start < end && isBlank(text.codePointAt(start))) {
            start += Character.charCount(text.codePointAt(start));
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.getType(character) == Character.FORMAT;
    }

    /**
     * The beginning of a text for people to read: what cannot be seen stands there as {@code <U+FEFF>}.
     *
     * @param most how long it may get; what does not fit is {@code …}
     */
    public static String shown(String text, int most) {
        String start = text.substring(0, Math.min(text.length(), most));
        if (isPlain(start)) {
            return start.length() < text.length() ? start + "…" : start;
        }
        StringBuilder seen = new StringBuilder();
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            String character = shown(text.codePointAt(at));
            if (seen.length() + character.length() > most) {
                return seen.append('…').toString();
            }
            seen.append(character);
        }
        return seen.toString();
    }

    private static String shown(int character) {
        String text = Character.toString(character);
        return INVISIBLE.matcher(text).matches() ? String.format("<U+%04X>", character) : text;
    }

    /** Printable ASCII, as nearly all of it is: a client can have tens of thousands of texts shown with one message. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(character -> character >= ' ' && character <= '~');
    }
}
