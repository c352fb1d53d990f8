package org.plantbuddy.broker.access;

import java.util.Optional;
import java.util.regex.Pattern;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.topic.Topics;

/**
 * What firmware and Home Assistant publish of their own accord, and nobody here needs: a board that is cut off for its log
 * sends no readings either. It is acknowledged, counted, shown to its owner, and goes nowhere.
 *
 * <p>This is the whole list, as docs/topics.md has it. Nothing of it is a reading: one that is sent to the wrong place is denied,
 * so that its owner hears of it.
 */
public final class Habits {

    /** Births and wills, what a board is and how it does, what was switched, and logs. */
    private static final String TASMOTA = "(LWT|INFO[123]|STATE|UPTIME|RESULT|POWER|LOGGING)";

    private static final String TASMOTA_PREFIX = "(tele|stat|cmnd)/";

    /** Of Home Assistant; of ESPHome and Tasmota with the topics they come with. */
    private static final Pattern ANYWHERE = Pattern.compile("(homeassistant|esphome/discover|tasmota/discovery)(/.*)?"
            + "|" + TASMOTA_PREFIX + "[^/]+/" + TASMOTA
            + "|(?!plantbuddy/|\\$)[^/]+/(status|debug)");

    /** Of a board that has been told its own topic, below it. */
    private static final Pattern OWN = Pattern.compile("(" + TASMOTA_PREFIX + ")?" + TASMOTA + "|debug");

    private Habits() {}

    /** Why a message on this topic, or a will, goes nowhere; empty where it is for {@link Rights} to judge. */
    public static Optional<Denied> ignored(Principal principal, String topic) {
        return isHabit(principal, topic)
                ? Optional.of(new Denied(
                        Denial.IGNORED,
                        "'" + topic
                                + "' goes nowhere: firmware and Home Assistant send such of their own accord, and nothing"
                                + " need be done"))
                : Optional.empty();
    }

    private static boolean isHabit(Principal principal, String topic) {
        if (principal instanceof Principal.Board board) {
            String own = Topics.ROOT + "/" + board.username() + "/";
            if (topic.startsWith(own)) {
                return OWN.matcher(topic.substring(own.length())).matches();
            }
        }
        return !(principal instanceof Principal.Service)
                && ANYWHERE.matcher(topic).matches();
    }
}
