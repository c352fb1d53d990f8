package org.plantbuddy.broker.access;

import static org.plantbuddy.broker.access.Verdict.Allowed.ALLOWED;

import com.hivemq.extension.sdk.api.packets.connect.WillPublishPacket;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;

/**
 * What each principal may do; everything else is denied.
 *
 * <p>Topics are compared level by level and as they came: {@code a/b/} has one level more than {@code a/b}. Names in a
 * principal have passed their patterns, so none of them can hold a wildcard or a level separator.
 */
public final class Rights {

    private static final String SHARED = "$share/";

    private static final int STATUS_BYTES = 64;

    /** Of a reading's topic. */
    private static final int LEVELS = 4;

    private Rights() {}

    public static Verdict publish(Principal principal, String topic, boolean retained) {
        if (principal instanceof Principal.Board board) {
            return board(board, topic, retained);
        }
        if (principal == Principal.Service.BRIDGE) {
            return bridge(topic, retained);
        }
        if (principal == Principal.Service.WEB) {
            boolean isReading = SeriesName.ofTopic(topic).isPresent();
            return reading(principal, isReading, topic, retained, "it may publish readings");
        }
        if (principal == Principal.Service.CANARY) {
            boolean isOwn = SeriesName.ofTopic(topic).filter(Topics::isCanary).isPresent();
            return reading(principal, isOwn, topic, retained, "it may publish its own reading");
        }
        return foreignPublish(
                principal,
                topic,
                "boards publish, each as '" + principal.username() + "/<board>' with its own password");
    }

    /** As {@link #publish(Principal, String, boolean)}, and whether the message may be that long. */
    public static Verdict publish(Principal principal, PublishPacket packet) {
        Verdict verdict = publish(principal, packet.getTopic(), packet.getRetain());
        return verdict == ALLOWED && Topics.isStatus(packet.getTopic()) ? status(packet) : verdict;
    }

    /** A status is kept for ever and passes every queue, so it is a word. */
    static Verdict status(PublishPacket packet) {
        int bytes = packet.getPayload().map(ByteBuffer::remaining).orElse(0);
        return bytes <= STATUS_BYTES
                ? ALLOWED
                : new Denied(
                        Denial.STATUS_TOO_LONG,
                        "a status has at most " + STATUS_BYTES + " bytes, not " + bytes
                                + ": it is 'online' or 'offline'");
    }

    private static Verdict board(Principal.Board board, String topic, boolean retained) {
        String own = Topics.ROOT + "/" + board.username() + "/";
        boolean oneLevel = topic.startsWith(own)
                && topic.length() > own.length()
                && topic.indexOf('/', own.length()) < 0
                && topic.indexOf('+') < 0
                && topic.indexOf('#') < 0;
        if (!oneLevel) {
            return elsewhere(board, topic, own);
        }
        if (retained && !topic.substring(own.length()).equals(Names.STATUS)) {
            return new Denied(
                    Denial.RETAINED, "retain is allowed on " + own + Names.STATUS + " only, not on a reading");
        }
        return ALLOWED;
    }

    private static Verdict elsewhere(Principal.Board board, String topic, String own) {
        String may = "publish on " + own + "<sensor>, such as " + own + "soil_moisture";
        String ofUser = Topics.ROOT + "/" + board.user() + "/";
        int levels = topic.split("/", -1).length - LEVELS;
        if (topic.startsWith(own) && levels > 0) {
            return wrongDepth(levels == 1 ? "one level too deep" : levels + " levels too deep", topic, may);
        }
        if (topic.startsWith("/" + ofUser)) {
            return wrongDepth("a slash too many at the start", topic, may);
        }
        boolean tooFew = (topic.startsWith(ofUser) && levels < 0) || topic.equals(own);
        if (tooFew && !Names.RESERVED_DEVICES.contains(topic.substring(ofUser.length()))) {
            return wrongDepth("one level too few", topic, may);
        }
        return foreignPublish(board, topic, may);
    }

    private static Denied wrongDepth(String what, String topic, String may) {
        return new Denied(Denial.WRONG_DEPTH, what + ": '" + topic + "': " + may);
    }

    private static Verdict bridge(String topic, boolean retained) {
        String[] levels = topic.split("/", -1);
        boolean ofUser = levels.length >= 3 && levels[0].equals(Topics.ROOT) && Names.isUser(levels[1]);
        boolean event = ofUser && levels.length == 3 && Names.RESERVED_DEVICES.contains(levels[2]);
        boolean inForce = ofUser
                && levels.length == 5
                && levels[2].equals("alerts")
                && Names.isDevice(levels[3])
                && (Names.isSensor(levels[4]) || levels[4].equals(Names.STATUS));
        if (!event && !inForce) {
            return foreignPublish(Principal.Service.BRIDGE, topic, "it may publish alerts and refused readings");
        }
        return retained && event ? new Denied(Denial.RETAINED, "only an alert in force is retained") : ALLOWED;
    }

    private static Verdict reading(Principal principal, boolean isAllowed, String topic, boolean retained, String may) {
        if (!isAllowed) {
            return foreignPublish(principal, topic, may);
        }
        return retained ? new Denied(Denial.RETAINED, "readings are not retained") : ALLOWED;
    }

    private static Verdict foreignPublish(Principal principal, String topic, String may) {
        return new Denied(Denial.FOREIGN_PUBLISH, principal.username() + " may not publish on '" + topic + "': " + may);
    }

    /** Wills do not pass the stamping of messages, so the only one allowed is a board's own status. */
    public static Verdict will(Principal principal, String topic) {
        if (principal instanceof Principal.Board board && topic.equals(Topics.status(board.user(), board.device()))) {
            return ALLOWED;
        }
        return new Denied(
                Denial.FOREIGN_WILL,
                "a will is allowed only to a board and only on its own " + Names.STATUS + " topic, not on '" + topic
                        + "'");
    }

    /**
     * Why a will is taken off, and its client let in without it, which does less harm than to refuse the client: a board
     * still sends readings, a person's app reads. Empty where it stays, or {@link #will} refuses it.
     */
    public static Optional<Denied> takenOff(Principal principal, WillPublishPacket will) {
        Optional<Denied> ignored = Habits.ignored(principal, will.getTopic());
        if (ignored.isPresent()) {
            return ignored;
        }
        Verdict verdict = principal instanceof Principal.Person ? will(principal, will.getTopic()) : status(will);
        return verdict instanceof Denied denied ? Optional.of(denied) : Optional.empty();
    }

    public static Verdict subscribe(Principal principal, String filter) {
        if (principal == Principal.Service.BRIDGE) {
            return filter.equals(Topics.BRIDGE_SUBSCRIPTION) ? ALLOWED : foreignSubscription(principal, filter);
        }
        if (filter.startsWith(SHARED) || filter.startsWith("$")) {
            return new Denied(
                    Denial.SHARED_SUBSCRIPTION,
                    principal.username() + " may not subscribe to '" + filter
                            + "': shared subscriptions and $-topics are the system's own");
        }
        if (principal instanceof Principal.Person person) {
            return within(Topics.ROOT + "/" + person.user() + "/", person, filter);
        }
        if (principal == Principal.Service.WEB) {
            return isAllOfAUser(filter) ? ALLOWED : foreignSubscription(principal, filter);
        }
        if (principal == Principal.Service.CANARY && filter.equals(Topics.alerts(Names.CANARY))) {
            return ALLOWED;
        }
        return foreignSubscription(principal, filter);
    }

    /** Of one whose name is spelled out: web asks for no more than those who look at the page may read. */
    private static boolean isAllOfAUser(String filter) {
        String[] levels = filter.split("/", -1);
        return levels.length == 3 && levels[0].equals(Topics.ROOT) && Names.isUser(levels[1]) && levels[2].equals("#");
    }

    private static Verdict within(String subtree, Principal principal, String filter) {
        return filter.startsWith(subtree) && filter.length() > subtree.length()
                ? ALLOWED
                : foreignSubscription(principal, filter);
    }

    private static Verdict foreignSubscription(Principal principal, String filter) {
        return new Denied(
                Denial.FOREIGN_SUBSCRIPTION,
                principal.username() + " may not subscribe to '" + filter + "'" + maySubscribe(principal));
    }

    private static String maySubscribe(Principal principal) {
        if (principal instanceof Principal.Person person) {
            return ": subscribe within " + Topics.allOf(person.user());
        }
        if (principal instanceof Principal.Board) {
            return ": a board subscribes to nothing";
        }
        return principal == Principal.Service.WEB
                ? ": it subscribes to " + Topics.ROOT + "/<user>/# of one user, by name"
                : "";
    }
}
