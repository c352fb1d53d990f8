package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.packets.connect.WillPublishPacket;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import java.util.Optional;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Rights;
import org.plantbuddy.broker.access.Verdict;
import org.plantbuddy.broker.access.Verdict.Denied;

/**
 * Judges every publish, will and subscription by {@link Rights}, and holds a publish until its turn. It always decides, so the broker's own default
 * permissions never come into play. A publish that is denied here ends the connection: MQTT 3.1.1 and QoS 0 have no other
 * way to tell; {@link PublishInterceptor} answers the others before they come here.
 */
public final class TopicGuard implements PublishAuthorizer, SubscriptionAuthorizer {

    private static final Denied NOBODY = new Denied(Denial.NOT_A_NAME, "the client has no principal");

    private final Denials denials;
    private final PublishPacer turns;
    private final PublishInterceptor.Room room;

    public TopicGuard(Denials denials, PublishPacer turns, PublishInterceptor.Room room) {
        this.denials = denials;
        this.turns = turns;
        this.room = room;
    }

    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
        PublishPacket packet = input.getPublishPacket();
        Verdict verdict = owner(input)
                .map(principal -> packet instanceof WillPublishPacket
                        ? Rights.will(principal, packet.getTopic())
                        : Rights.publish(principal, packet))
                .orElse(NOBODY);
        if (verdict instanceof Denied denied) {
            denials.add(denied, input, Optional.of(packet));
            output.failAuthorization(AckReasonCode.NOT_AUTHORIZED, denied.reason());
        } else {
            output.authorizeSuccessfully();
            if (!(packet instanceof WillPublishPacket)) { // which has no stamp of ours
                turns.take(packet).ifPresent(turn -> hold(turn, output));
            }
        }
    }

    @Override
    public void authorizeSubscribe(SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
        Optional<String> refusal = Requests.refusal(input.getUserProperties());
        if (refusal.isPresent()) { // and counted; "quota exceeded" would fit, and ends Paho 1.2.5
            output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, refusal.get());
            return;
        }
        String filter = input.getSubscription().getTopicFilter();
        Verdict verdict = owner(input)
                .map(principal -> Rights.subscribe(principal, filter))
                .orElse(NOBODY);
        if (verdict instanceof Denied denied) {
            denials.add(denied, input, Optional.empty());
            output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, denied.reason());
        } else {
            output.authorizeSuccessfully();
        }
    }

    private void hold(PublishPacer.Turn turn, PublishAuthorizerOutput output) {
        // Authorized whatever happens to the timer; counted once more, as it comes to the queue later than it was
        // counted.
        turns.await(turn, () -> output.async(PublishInterceptor.SURELY_TURNED, TimeoutFallback.SUCCESS), room::taken);
    }

    private static Optional<Principal> owner(ClientBasedInput input) {
        return ClientIds.owner(input.getClientInformation().getClientId());
    }
}
