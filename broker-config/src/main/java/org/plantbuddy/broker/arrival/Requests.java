package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.SimpleAsyncOutput;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.interceptor.subscribe.parameter.SubscribeInboundInput;
import com.hivemq.extension.sdk.api.interceptor.subscribe.parameter.SubscribeInboundOutput;
import com.hivemq.extension.sdk.api.interceptor.unsubscribe.parameter.UnsubscribeInboundInput;
import com.hivemq.extension.sdk.api.interceptor.unsubscribe.parameter.UnsubscribeInboundOutput;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.general.UserProperties;
import com.hivemq.extension.sdk.api.packets.subscribe.ModifiableSubscribePacket;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import com.hivemq.extension.sdk.api.services.subscription.SubscriptionStore;
import com.hivemq.extension.sdk.api.services.subscription.TopicSubscription;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.broker.hivemq.InboundThrottle;
import org.plantbuddy.config.Key;

/**
 * What a board or a person asks of the broker besides publishing: subscriptions, their end, and pings. Slowed to ten packets a
 * second for each of them, as {@link PublishInterceptor} slows messages, and bounded in filters.
 */
public final class Requests {

    /** What an app that subscribes to each of its topics by itself is held for at its start, and more. */
    static final Duration HELD_AT_MOST = Duration.ofSeconds(10);

    private static final Duration SURELY_TURNED = HELD_AT_MOST.multipliedBy(3);

    /** No packet has the time to be answered. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    /** A packet counts once more for each so many filters. */
    private static final int FILTERS_A_TOKEN = 50;

    private static final String UNCOUNTED = "the session's subscriptions cannot be counted now; subscribe again later";

    private static final String TOO_OFTEN = "more than " + Quotas.REQUESTS_A_SECOND
            + " subscriptions, unsubscriptions or pings a second: put filters into one packet, and send it again later";

    /** Says to {@link TopicGuard} that the packet is refused, and why. */
    private static final String REFUSED = "plantbuddy-refused";

    private final Quotas quotas;
    private final PublishPacer turns;
    private final int most;
    private final SubscriptionStore subscriptions;
    private final ClientService clients;
    private final Denials denials;

    /** @param most filters of a session, and of one packet */
    public Requests(
            Quotas quotas,
            PublishPacer turns,
            int most,
            SubscriptionStore subscriptions,
            ClientService clients,
            Denials denials) {
        this.quotas = quotas;
        this.turns = turns;
        this.most = most;
        this.subscriptions = subscriptions;
        this.clients = clients;
        this.denials = denials;
    }

    /** Looks at what a client asks for, from now on. */
    public void of(ClientContext client, Optional<InboundThrottle> inlet) {
        client.addSubscribeInboundInterceptor((input, output) -> subscribe(input, output, inlet));
        client.addUnsubscribeInboundInterceptor((input, output) -> unsubscribe(input, output, inlet));
        client.addPingReqInboundInterceptor((input, output) -> slow(input, output, turn(input, 0), inlet));
        // Of QoS 2, which is not offered: each is written to disk.
        client.addPubrecInboundInterceptor((input, output) -> slow(input, output, turn(input, 0), inlet));
        client.addPubrelInboundInterceptor((input, output) -> slow(input, output, turn(input, 0), inlet));
        client.addPubcompInboundInterceptor((input, output) -> slow(input, output, turn(input, 0), inlet));
        client.addPubackInboundInterceptor((input, output) -> slow(
                input,
                output,
                quotas.acknowledgement(input.getClientInformation().getClientId(), HELD_AT_MOST),
                inlet));
    }

    private void subscribe(
            SubscribeInboundInput input, SubscribeInboundOutput output, Optional<InboundThrottle> inlet) {
        ModifiableSubscribePacket packet = output.getSubscribePacket();
        packet.getUserProperties().removeName(REFUSED);
        int filters = packet.getSubscriptions().size();
        if (filters > most) {
            end(input, Denial.TOO_MANY_SUBSCRIPTIONS, tooMany(filters + " filters in one packet"));
            var unused = output.async(AT_ONCE, TimeoutFallback.FAILURE);
            return;
        }
        OptionalLong wait = turn(input, filters);
        if (wait.isEmpty()) {
            if (filters > FILTERS_A_TOKEN) { // each would be judged, and told
                end(input, Denial.TOO_OFTEN, TOO_OFTEN);
                var unused = output.async(AT_ONCE, TimeoutFallback.FAILURE);
            } else {
                refuse(input, packet, Denial.TOO_OFTEN, TOO_OFTEN);
                inlet.ifPresent(of -> turns.rest(of, PublishInterceptor.HELD_AT_MOST));
            }
            return;
        }
        Async<SubscribeInboundOutput> held = output.async(SURELY_TURNED, TimeoutFallback.FAILURE);
        Runnable count = () -> {
            var unused = subscriptions
                    .getSubscriptions(input.getClientInformation().getClientId())
                    .whenComplete((has, failure) -> {
                        int all = has == null ? 0 : together(has, packet);
                        if (has == null) {
                            refuse(input, packet, Denial.TOO_MANY_SUBSCRIPTIONS, UNCOUNTED);
                        } else if (all > most) {
                            refuse(input, packet, Denial.TOO_MANY_SUBSCRIPTIONS, tooMany(all + " subscriptions"));
                        }
                        held.resume();
                    });
        };
        turns.then(wait.getAsLong(), inlet, count);
    }

    private static int together(Set<TopicSubscription> has, ModifiableSubscribePacket packet) {
        Set<String> filters = new HashSet<>();
        has.forEach(subscription -> filters.add(subscription.getTopicFilter()));
        packet.getSubscriptions().forEach(subscription -> filters.add(subscription.getTopicFilter()));
        return filters.size();
    }

    private void unsubscribe(
            UnsubscribeInboundInput input, UnsubscribeInboundOutput output, Optional<InboundThrottle> inlet) {
        int filters = output.getUnsubscribePacket().getTopicFilters().size();
        if (filters > most) {
            end(input, Denial.TOO_MANY_SUBSCRIPTIONS, tooMany(filters + " filters in one packet"));
            var unused = output.async(AT_ONCE);
            return;
        }
        slow(input, output, turn(input, filters), inlet);
    }

    /** Holds a packet until its turn; one that would wait too long ends the connection, as nothing else can tell. */
    private void slow(
            ClientBasedInput input, SimpleAsyncOutput<?> output, OptionalLong wait, Optional<InboundThrottle> inlet) {
        if (wait.isEmpty()) {
            end(input, Denial.TOO_OFTEN, TOO_OFTEN);
            var unused = output.async(AT_ONCE);
        } else if (wait.getAsLong() > 0) {
            turns.then(wait.getAsLong(), inlet, output.async(SURELY_TURNED)::resume);
        }
    }

    private OptionalLong turn(ClientBasedInput input, int filters) {
        return ClientIds.owner(input.getClientInformation().getClientId())
                .map(principal -> quotas.request(principal, 1 + filters / FILTERS_A_TOKEN, HELD_AT_MOST))
                .orElse(OptionalLong.empty());
    }

    /** The reason for which a SUBSCRIBE is refused, if it is. */
    static Optional<String> refusal(UserProperties ofSubscribe) {
        return ofSubscribe.getFirst(REFUSED);
    }

    /** With the reason, in the acknowledgement: {@link TopicGuard} gives it, as the broker lets nobody else. */
    private void refuse(ClientBasedInput input, ModifiableSubscribePacket packet, Denial denial, String reason) {
        denials.add(new Denied(denial, reason), input, Optional.empty());
        packet.getUserProperties().addUserProperty(REFUSED, reason);
    }

    private void end(ClientBasedInput input, Denial denial, String reason) {
        denials.add(new Denied(denial, reason), input, Optional.empty());
        var unused = clients.disconnectClient(
                input.getClientInformation().getClientId(), false, DisconnectReasonCode.QUOTA_EXCEEDED, reason);
    }

    private String tooMany(String what) {
        return what + " are more than " + most
                + ", the most of one session: subscribe with wildcards (#, +), or let the " + "operator raise "
                + Key.MQTT_SUBSCRIPTIONS.variable();
    }
}
