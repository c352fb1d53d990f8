package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.ModifiablePublishPacket;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Habits;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.access.Rights;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.broker.hivemq.InboundThrottle;
import org.plantbuddy.topic.Topics;

/**
 * Every message on its way in: refused when it can be refused politely, else stamped with the time it came; and told
 * when it is its publisher's turn.
 *
 * <p>A reading that no bridge would get is refused, not acknowledged and dropped: MQTT 5 boards are told by their
 * acknowledgement, those of MQTT 3.1.1 by the end of the connection.
 *
 * <p>The broker hands over a client's messages one at a time, so a message that is held holds back the client's next, and
 * no one else's. Nothing more is read from its connection meanwhile. So a client is slowed to its quota. Of what was read
 * before, no more than {@link #HELD_AT_MOST} is in the broker's memory: what would have to wait for longer is refused, and as
 * reading it was work, nothing more is read for as long.
 */
public final class PublishInterceptor {

    public static final Duration HELD_AT_MOST = Duration.ofSeconds(3);

    /** No message is held for so long. */
    static final Duration SURELY_TURNED = HELD_AT_MOST.multipliedBy(4);

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Stamps stamps;
    private final ResendStamps firstStamps;
    private final Room room;
    private final Quotas quotas;
    private final PublishPacer turns;
    private final Denials denials;

    /** Where readings go. */
    interface Room {
        /** Why a reading would be lost now; empty when one more finds room. */
        Optional<Denied> refusal();

        /** A message takes room whether there is some or not: one that is not a reading, or that has been held. */
        void taken();
    }

    public PublishInterceptor(
            Stamps stamps, ResendStamps firstStamps, Room room, Quotas quotas, PublishPacer turns, Denials denials) {
        this.stamps = stamps;
        this.firstStamps = firstStamps;
        this.room = room;
        this.quotas = quotas;
        this.turns = turns;
        this.denials = denials;
    }

    /**
     * Takes a message.
     *
     * @param inlet of its connection; none where reading cannot be stopped
     */
    public void arrived(PublishInboundInput input, PublishInboundOutput output, Optional<InboundThrottle> inlet) {
        Optional<Principal> principal =
                ClientIds.owner(input.getClientInformation().getClientId());
        if (principal.isEmpty()) {
            return; // TopicGuard ends the connection
        }
        PublishPacket packet = input.getPublishPacket();
        OptionalLong wait = quotas.turn(
                principal.get(), packet.getTopic(), Quotas.units(packet), patience(principal.get(), packet));
        if (wait.isEmpty()) {
            overQuota(principal.get(), input, output);
            inlet.ifPresent(of -> turns.rest(of, HELD_AT_MOST));
            return;
        }
        Optional<String> stamp = stamp(principal.get(), input, output);
        if (wait.getAsLong() > 0) {
            denials.held();
            PublishPacer.Turn turn = PublishPacer.Turn.in(wait.getAsLong(), inlet);
            stamp.ifPresentOrElse(
                    of -> turns.keep(of, turn), () -> turns.await(turn, () -> output.async(SURELY_TURNED), () -> {}));
        }
    }

    /** Web's messages are of many boards: one must not hold back the others. */
    private static Duration patience(Principal principal, PublishPacket packet) {
        if (principal == Principal.Service.WEB) {
            return Duration.ZERO;
        }
        return HELD_AT_MOST.minusMillis(Math.max(0, System.currentTimeMillis() - packet.getTimestamp()));
    }

    private void overQuota(Principal principal, PublishInboundInput input, PublishInboundOutput output) {
        Denied denied = new Denied(
                Denial.QUOTA,
                principal.username() + " publishes more than it may; send it again later: " + quotas.rule());
        if (input.getPublishPacket().getQos() == Qos.AT_MOST_ONCE) {
            refuse(input, output, denied, AckReasonCode.SUCCESS); // dropped: QoS 0 promises nothing
            return;
        }
        refuse(input, output, denied, AckReasonCode.QUOTA_EXCEEDED);
        if (input.getConnectionInformation().getMqttVersion() != MqttVersion.V_5) {
            quotas.sendAway(principal);
        }
    }

    /** Stamps a message that goes on; empty when it is refused, or goes nowhere. */
    private Optional<String> stamp(Principal principal, PublishInboundInput input, PublishInboundOutput output) {
        ModifiablePublishPacket packet = output.getPublishPacket();
        Optional<Denied> ignored = Habits.ignored(principal, packet.getTopic());
        if (ignored.isPresent()) {
            refuse(input, output, ignored.get(), AckReasonCode.SUCCESS);
            return Optional.empty();
        }
        if (principal instanceof Principal.Board && !Topics.isStatus(packet.getTopic())) {
            packet.setRetain(false); // as usual firmware has it: a reading that is kept tells nobody more
        }
        if (Rights.publish(principal, packet) instanceof Denied denied) {
            boolean answerable = packet.getQos() != Qos.AT_MOST_ONCE
                    && input.getConnectionInformation().getMqttVersion() == MqttVersion.V_5;
            if (answerable) {
                refuse(input, output, denied, AckReasonCode.NOT_AUTHORIZED);
            } // else TopicGuard ends the connection
            return Optional.empty();
        }
        if (isReading(principal, packet.getTopic())) {
            Optional<Denied> refusal = room.refusal();
            if (refusal.isPresent()) {
                refuse(input, output, refusal.get(), AckReasonCode.QUOTA_EXCEEDED);
                return Optional.empty();
            }
        } else if (principal instanceof Principal.Board) {
            room.taken();
        }
        String stamp = Long.toString(stampOf(input.getClientInformation().getClientId(), packet));
        if (principal != Principal.Service.BRIDGE) {
            Properties.takeOff(packet);
        }
        packet.getUserProperties().removeName(Topics.RECEIVED_AT);
        packet.getUserProperties().addUserProperty(Topics.RECEIVED_AT, stamp);
        if (Topics.isStatus(packet.getTopic())) {
            ConnectionStamp.copy(
                    input.getConnectionInformation().getConnectionAttributeStore(), packet.getUserProperties());
        }
        return Optional.of(stamp);
    }

    private static boolean isReading(Principal publisher, String topic) {
        return publisher != Principal.Service.BRIDGE && !Topics.isStatus(topic);
    }

    private void refuse(PublishInboundInput input, PublishInboundOutput output, Denied denied, AckReasonCode code) {
        PublishPacket packet = input.getPublishPacket();
        String clientId = input.getClientInformation().getClientId();
        if (!packet.getDupFlag()) {
            firstStamps.forget(clientId, packet.getPacketId());
        }
        denials.add(denied, input, Optional.of(packet));
        if (code == AckReasonCode.SUCCESS) {
            output.preventPublishDelivery();
        } else {
            output.preventPublishDelivery(code, denied.reason());
        }
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
