package org.plantbuddy.boards;

import org.plantbuddy.reading.Reading;
import org.plantbuddy.text.Unseen;

/** What became of one element of a payload. */
public sealed interface Decoded {

    record Accepted(Reading reading) implements Decoded {}

    record Status(StatusReport report) implements Decoded {}

    /**
     * Not to be stored.
     *
     * @param reason what kind of rule it breaks
     * @param text the value, cut, and the rule
     */
    record Refused(Reason reason, String text) implements Decoded {

        private static final int SHOWN = 80;

        /**
         * With the value and the rule in one sentence.
         *
         * @param value as the board sent it; shown cut
         * @param rule what it should have been
         */
        public static Refused of(Reason reason, String value, String rule) {
            return new Refused(reason, "'" + shown(value) + "' " + rule);
        }

        static String shown(String value) {
            return Unseen.shown(value, SHOWN);
        }
    }
}
