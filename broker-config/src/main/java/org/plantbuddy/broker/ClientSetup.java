package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.client.parameter.InitializerInput;
import com.hivemq.extension.sdk.api.interceptor.suback.parameter.SubackOutboundOutput;
import com.hivemq.extension.sdk.api.services.intializer.ClientInitializer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.arrival.BridgePresence;
import org.plantbuddy.broker.arrival.Properties;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.broker.arrival.Requests;
import org.plantbuddy.broker.hivemq.Entrance;
import org.plantbuddy.broker.hivemq.Guarantees;
import org.plantbuddy.broker.hivemq.InboundThrottle;
import org.plantbuddy.broker.signin.Sessions;
import org.plantbuddy.topic.Topics;

/**
 * What looks at the packets of a client that is let in.
 *
 * @param throttle reads on, where reading from a connection can be stopped
 * @param start the stamp that was next when the extension started
 */
record ClientSetup(
        Optional<Entrance> entrance,
        Optional<ScheduledExecutorService> throttle,
        PublishInterceptor publishes,
        Properties properties,
        long start,
        Requests requests,
        Sessions sessions,
        BridgePresence bridge,
        Guarantees guarantees)
        implements ClientInitializer {

    private static final Duration TOLD_WITHIN = Duration.ofSeconds(5);

    @Override
    public void initialize(InitializerInput client, ClientContext context) {
        entrance.ifPresent(of -> of.signedIn(client.getConnectionInformation()));
        String clientId = client.getClientInformation().getClientId();
        Optional<Principal> owner = ClientIds.owner(clientId);
        boolean isService = owner.filter(Principal.Service.class::isInstance).isPresent();
        Optional<InboundThrottle> inlet = throttle.filter(later -> !isService)
                .flatMap(later -> InboundThrottle.of(client.getConnectionInformation(), later));
        context.addPublishInboundInterceptor((message, output) -> publishes.arrived(message, output, inlet));
        if (!isService) {
            requests.of(context, inlet);
            context.addDisconnectInboundInterceptor((disconnect, unchanged) -> disconnect
                    .getDisconnectPacket()
                    .getSessionExpiryInterval()
                    .ifPresent(seconds -> sessions.keeps(clientId, seconds)));
        }
        if (owner.filter(Principal.Service.BRIDGE::equals).isPresent()) {
            properties.untilStampedSince(start, context);
            context.addSubackOutboundInterceptor((suback, output) -> tell(output));
        } else {
            context.addPublishOutboundInterceptor(properties);
        }
    }

    /** A bridge hears that it has subscribed when its readings are accepted, not a moment before; and what it cannot rely on. */
    private void tell(SubackOutboundOutput suback) {
        guarantees
                .missing()
                .forEach(missing ->
                        suback.getSubackPacket().getUserProperties().addUserProperty(Topics.NOT_GUARANTEED, missing));
        Async<SubackOutboundOutput> held = suback.async(TOLD_WITHIN);
        var unused = bridge.look().whenComplete((done, failure) -> held.resume());
    }
}
