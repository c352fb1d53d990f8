package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.ModifiablePublishPacket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.plantbuddy.broker.Verdict.Denied;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.Topics;

/**
 * Every message on its way in: refused when it can be refused politely, else stamped with the time it came.
 *
 * <p>A reading that no bridge would get is refused, not acknowledged and dropped: MQTT 5 boards are told by their
 * acknowledgement, those of MQTT 3.1.1 by the end of the connection.
 */
final class Arrival implements PublishInboundInterceptor {

    /** The longest the protocol knows: a board must not make its acknowledged readings expire in the bridge's queue. */
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Stamps stamps;
    private final FirstStamps firstStamps;
    private final BooleanSupplier bridgePresent;
    private final Denials denials;

    Arrival(Stamps stamps, FirstStamps firstStamps, BooleanSupplier bridgePresent, Denials denials) {
        this.stamps = stamps;
        this.firstStamps = firstStamps;
        this.bridgePresent = bridgePresent;
        this.denials = denials;
    }

    @Override
    public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
        ModifiablePublishPacket packet = output.getPublishPacket();
        String clientId = input.getClientInformation().getClientId();
        Optional<Principal> principal = ClientIds.owner(clientId);
        if (principal.isEmpty()) {
            return; // TopicGuard ends the connection
        }
        if (Rights.publish(principal.get(), packet.getTopic(), packet.getRetain()) instanceof Denied denied) {
            boolean answerable = packet.getQos() != Qos.AT_MOST_ONCE
                    && input.getConnectionInformation().getMqttVersion() == MqttVersion.V_5;
            if (answerable) {
                refuse(input, output, denied, AckReasonCode.NOT_AUTHORIZED);
            } // else TopicGuard ends the connection
            return;
        }
        if (isReading(principal.get(), packet.getTopic())) {
            if (!bridgePresent.getAsBoolean()) {
                refuse(input, output, noBridge(), AckReasonCode.QUOTA_EXCEEDED);
                return;
            }
            if (packet.getMessageExpiryInterval().isPresent()) {
                packet.setMessageExpiryInterval(NEVER_EXPIRES);
            }
        }
        stamp(clientId, packet);
    }

    private static boolean isReading(Principal publisher, String topic) {
        return publisher != Principal.Service.BRIDGE && !topic.endsWith("/" + Names.STATUS);
    }

    private static Denied noBridge() {
        return new Denied(Denial.NO_BRIDGE, "no bridge takes readings now; keep this one and send it again");
    }

    private void refuse(PublishInboundInput input, PublishInboundOutput output, Denied denied, AckReasonCode code) {
        denials.add(
                denied.denial(),
                input.getClientInformation().getClientId(),
                Addresses.of(input.getConnectionInformation()),
                denied.reason());
        output.preventPublishDelivery(code, denied.reason());
    }

    private void stamp(String clientId, ModifiablePublishPacket packet) {
        packet.getUserProperties().removeName(Topics.RECEIVED_AT);
        packet.getUserProperties().addUserProperty(Topics.RECEIVED_AT, Long.toString(stampOf(clientId, packet)));
    }

    private long stampOf(String clientId, ModifiablePublishPacket packet) {
        if (packet.getQos() == Qos.AT_MOST_ONCE) {
            return stamps.next();
        }
        ByteBuffer payload = packet.getPayload().orElse(EMPTY);
        if (packet.getDupFlag()) {
            OptionalLong first = firstStamps.find(clientId, packet.getPacketId(), packet.getTopic(), payload);
            if (first.isPresent()) {
                return first.getAsLong();
            }
        }
        long stamp = stamps.next();
        firstStamps.put(clientId, packet.getPacketId(), packet.getTopic(), payload, stamp);
        return stamp;
    }
}
