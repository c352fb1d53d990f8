package org.plantbuddy.topic;

/** A name that breaks its pattern. The message names the value (cut, control characters removed) and the rule. */
public final class InvalidNameException extends IllegalArgumentException {

    private static final int SHOWN = 64;

    InvalidNameException(String what, String value, String rule) {
        super(what + " name '" + printable(value) + "' is not allowed: it " + rule);
    }

    private static String printable(String value) {
        String cut = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
