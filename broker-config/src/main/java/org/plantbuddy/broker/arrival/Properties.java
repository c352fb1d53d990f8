package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishOutboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishOutboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishOutboundOutput;
import com.hivemq.extension.sdk.api.packets.general.ModifiableUserProperties;
import com.hivemq.extension.sdk.api.packets.general.UserProperties;
import com.hivemq.extension.sdk.api.packets.general.UserProperty;
import com.hivemq.extension.sdk.api.packets.publish.ModifiableOutboundPublish;
import com.hivemq.extension.sdk.api.packets.publish.ModifiablePublishPacket;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.topic.Topics;

/**
 * What of a message goes on beside its topic and its payload: the publisher's own time, and stamps. Nothing else that a
 * client can put into a message reaches another: what one client's library cannot read would end every connection that gets
 * the message, one after the other.
 *
 * <p>Taken off when a message comes; and once more when one goes out, as what is in the queues, retained or a will may be from
 * before this was so.
 */
public final class Properties implements PublishOutboundInterceptor {

    /** The longest the protocol knows: a board must not make its acknowledged readings expire in the bridge's queue. */
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /** Far longer than a time. Of a longer text so much goes on that the bridge refuses it, and tells its owner. */
    private static final int LONGEST = 128;

    private static final Pattern STAMP = Pattern.compile("[0-8]?[0-9]{1,18}");

    /** What the system itself says; the last is the id of an alert. */
    private static final Set<String> KNOWN = Set.of(Topics.TIME, Topics.RECEIVED_AT, Topics.CONNECTED_AT, "id");

    /** Takes off what must not go on of a message that comes, or of a will. Stamps are added afterwards. */
    static void takeOff(ModifiablePublishPacket packet) {
        ModifiableUserProperties user = packet.getUserProperties();
        if (!user.isEmpty()) {
            Optional<String> time = user.getFirst(Topics.TIME).map(Properties::cut);
            user.clear();
            time.ifPresent(text -> user.addUserProperty(Topics.TIME, text));
        }
        packet.setCorrelationData(null);
        packet.setResponseTopic(null);
        packet.setContentType(null);
        packet.setPayloadFormatIndicator(null);
        if (packet.getMessageExpiryInterval().isPresent()) {
            packet.setMessageExpiryInterval(NEVER_EXPIRES);
        }
    }

    /**
     * For a bridge, to which everything goes: looks until what comes out of its queue has come in since this extension started, as it costs the
     * broker a tenth of its time. A bridge that connects again is looked after again.
     *
     * @param start the stamp that was next when the extension started
     */
    public void untilStampedSince(long start, ClientContext bridge) {
        bridge.addPublishOutboundInterceptor(new PublishOutboundInterceptor() {
            @Override
            public void onOutboundPublish(PublishOutboundInput input, PublishOutboundOutput output) {
                Properties.this.onOutboundPublish(input, output);
                if (isStampedSince(start, input.getPublishPacket().getUserProperties())) {
                    bridge.removePublishOutboundInterceptor(this);
                }
            }
        });
    }

    private static boolean isStampedSince(long start, UserProperties user) {
        return user.getFirst(Topics.RECEIVED_AT)
                .filter(stamp -> STAMP.matcher(stamp).matches())
                .filter(stamp -> Long.parseLong(stamp) >= start)
                .isPresent();
    }

    @Override
    public void onOutboundPublish(PublishOutboundInput input, PublishOutboundOutput output) {
        PublishPacket packet = input.getPublishPacket();
        boolean foreign = packet.getCorrelationData().isPresent()
                || packet.getResponseTopic().isPresent()
                || packet.getContentType().isPresent()
                || packet.getPayloadFormatIndicator().isPresent();
        if (foreign) {
            ModifiableOutboundPublish clean = output.getPublishPacket();
            clean.setCorrelationData(null);
            clean.setResponseTopic(null);
            clean.setContentType(null);
            clean.setPayloadFormatIndicator(null);
        }
        if (!areKnown(packet.getUserProperties())) {
            keepKnown(output.getPublishPacket().getUserProperties());
        }
    }

    private static boolean areKnown(UserProperties user) {
        List<UserProperty> all = user.asList();
        return all.size() <= KNOWN.size() && all.stream().allMatch(Properties::isKnown);
    }

    private static boolean isKnown(UserProperty property) {
        return KNOWN.contains(property.getName()) && property.getValue().length() <= LONGEST + Denials.CUT.length();
    }

    private static void keepKnown(ModifiableUserProperties user) {
        List<UserProperty> known = KNOWN.stream()
                .flatMap(name -> user.asList().stream()
                        .filter(property -> property.getName().equals(name))
                        .limit(1))
                .toList();
        user.clear();
        known.forEach(property -> user.addUserProperty(property.getName(), cut(property.getValue())));
    }

    static String cut(String text) {
        return Denials.cut(text, LONGEST);
    }
}
