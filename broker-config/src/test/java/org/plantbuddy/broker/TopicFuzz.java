package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Rights;
import org.plantbuddy.broker.access.Verdict;
import org.plantbuddy.testing.Tried;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/**
 * Whatever a client calls itself, publishes on or subscribes to: it writes in its own tree, reads in its own tree, and has
 * a session of its own.
 *
 * <p>An input's first line is a username, its second a client id, the rest a topic or a filter.
 */
class TopicFuzz {

    private static final Tried TRIED = new Tried("topics");
    private static final String NAME = "[a-z0-9][a-z0-9_-]{0,31}";
    private static final String SENSOR = "[a-z][a-z0-9_]{0,31}";

    @FuzzTest
    void nobodyLeavesTheirOwnTree(byte[] input) {
        TRIED.one();
        String[] parts = new String(input, StandardCharsets.UTF_8).split("\n", 3);
        String username = parts[0];
        String clientId = parts.length > 1 ? parts[1] : "";
        String topic = parts.length > 2 ? parts[2] : parts[0];
        assertNames(topic);
        assertThat(SeriesName.ofTopic(topic).map(SeriesName::topic).orElse(topic))
                .isEqualTo(topic);
        Optional<Principal> principal = Principal.of(username);
        assertThat(ClientIds.owner(ClientIds.ofNobody(clientId))).isEmpty();
        if (principal.isEmpty()) {
            return;
        }
        assertThat(principal.get().username()).isEqualTo(username);
        assertOwnSession(principal.get(), clientId);
        for (boolean retained : List.of(true, false)) {
            if (isAllowed(Rights.publish(principal.get(), topic, retained))) {
                assertMayWrite(principal.get(), topic.split("/", -1));
            }
        }
        if (isAllowed(Rights.will(principal.get(), topic))) {
            assertMayWrite(principal.get(), topic.split("/", -1));
        }
        if (isAllowed(Rights.subscribe(principal.get(), topic))) {
            assertMayRead(principal.get(), topic);
        }
    }

    private static boolean isAllowed(Verdict verdict) {
        return verdict == Verdict.Allowed.ALLOWED;
    }

    /** By regular expressions, which the names themselves do without. */
    private static void assertNames(String text) {
        assertThat(Names.isUser(text)).isEqualTo(text.matches(NAME));
        assertThat(Names.isDevice(text)).isEqualTo(text.matches(NAME) && !Names.RESERVED_DEVICES.contains(text));
        assertThat(Names.isSensor(text)).isEqualTo(text.matches(SENSOR) && !text.equals("status"));
    }

    private static void assertOwnSession(Principal principal, String clientId) {
        Optional<Principal> owner = ClientIds.owner(ClientIds.bound(principal, clientId));
        owner.ifPresent(actual -> assertThat(actual).isEqualTo(principal));
    }

    private static void assertMayWrite(Principal principal, String[] levels) {
        assertThat(levels).doesNotContain("#", "+").hasSizeGreaterThan(2).startsWith("plantbuddy");
        if (principal instanceof Principal.Board board) {
            assertThat(levels[1]).isEqualTo(board.user());
            assertThat(levels[2]).isEqualTo(board.device());
        } else if (principal instanceof Principal.Person person) {
            assertThat(levels[1]).isEqualTo(person.user());
        } else if (principal == Principal.Service.CANARY) {
            assertThat(levels[1]).isEqualTo(Names.CANARY);
        } else {
            assertThat(levels[1]).matches(NAME);
        }
    }

    private static void assertMayRead(Principal principal, String filter) {
        assertThat(principal).isNotInstanceOf(Principal.Board.class);
        if (principal instanceof Principal.Person person) {
            String neighbour = person.user().equals("morty") ? "rick" : "morty";
            for (String foreign : List.of(
                    "plantbuddy",
                    "plantbuddy/" + neighbour,
                    "plantbuddy/" + neighbour + "/01/light",
                    "plantbuddy/" + neighbour + "/01/status",
                    "plantbuddy/" + neighbour + "/alerts",
                    "plantbuddy/" + neighbour + "/alerts/01/light",
                    "plantbuddy/" + neighbour + "/rejected",
                    "plantbuddy/" + person.user() + "x/01/light",
                    "$SYS/broker",
                    "other")) {
                assertThat(matches(filter, foreign)).as(foreign).isFalse();
            }
            assertThat(filter).doesNotStartWith("$");
        } else if (principal == Principal.Service.CANARY) {
            assertThat(filter).startsWith("plantbuddy/" + Names.CANARY + "/");
        }
    }

    /** As MQTT matches: {@code +} is one level, {@code #} all that follow and their parent. */
    private static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return i <= levels.length;
            }
            if (i >= levels.length || !(wanted[i].equals("+") || wanted[i].equals(levels[i]))) {
                return false;
            }
        }
        return wanted.length == levels.length;
    }

    @AfterAll
    static void tell() {
        TRIED.tell();
    }
}
