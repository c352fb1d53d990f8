package org.plantbuddy.topic;

import org.plantbuddy.text.Unseen;

/**
 * A name that breaks its pattern. The message names the value (cut, with what cannot be seen), the rule and a
 * name that is allowed.
 */
public final class InvalidNameException extends IllegalArgumentException {

    private static final int SHOWN = 64;

    InvalidNameException(String what, String value, String rule, String allowed) {
        super(what + " name '" + Unseen.shown(value, SHOWN) + "' is not allowed: " + rule + "; try " + allowed);
    }
}
