package org.plantbuddy.broker;

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
import org.plantbuddy.broker.Verdict.Denied;

/**
 * Judges every publish, will and subscription by {@link Rights}. It always decides, so the broker's own default
 * permissions never come into play. A publish that is denied here ends the connection: MQTT 3.1.1 and QoS 0 have no other
 * way to tell; {@link Arrival} answers the others before they come here.
 */
final class TopicGuard implements PublishAuthorizer, SubscriptionAuthorizer {

    private static final Denied NOBODY = new Denied(Denial.NOT_A_NAME, "the client has no principal");

    private final Denials denials;

    TopicGuard(Denials denials) {
        this.denials = denials;
    }

    @Override
    public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
        PublishPacket packet = input.getPublishPacket();
        Verdict verdict = owner(input)
                .map(principal -> packet instanceof WillPublishPacket
                        ? Rights.will(principal, packet.getTopic())
                        : Rights.publish(principal, packet.getTopic(), packet.getRetain()))
                .orElse(NOBODY);
        if (verdict instanceof Denied denied) {
            count(denied, input);
            output.failAuthorization(AckReasonCode.NOT_AUTHORIZED, denied.reason());
        } else {
            output.authorizeSuccessfully();
        }
    }

    @Override
    public void authorizeSubscribe(SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
        String filter = input.getSubscription().getTopicFilter();
        Verdict verdict = owner(input)
                .map(principal -> Rights.subscribe(principal, filter))
                .orElse(NOBODY);
        if (verdict instanceof Denied denied) {
            count(denied, input);
            output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, denied.reason());
        } else {
            output.authorizeSuccessfully();
        }
    }

    private static Optional<Principal> owner(ClientBasedInput input) {
        return ClientIds.owner(input.getClientInformation().getClientId());
    }

    private void count(Denied denied, ClientBasedInput input) {
        denials.add(
                denied.denial(),
                input.getClientInformation().getClientId(),
                Addresses.of(input.getConnectionInformation()),
                denied.reason());
    }
}
