package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ServerInitiatedDisconnectInput;
import java.util.Optional;
import org.plantbuddy.broker.access.Addresses;
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.broker.arrival.ConnectionStamp;
import org.plantbuddy.broker.arrival.ResendStamps;

/**
 * Tells who remembers connections when one has ended; and of those that HiveMQ itself ends, why: that shows nowhere else.
 */
public final class SessionEnds implements ClientLifecycleEventListener {

    private final ResendStamps firstStamps;
    private final Sessions sessions;
    private final Takeovers takeovers;
    private final Denials denials;

    public SessionEnds(ResendStamps firstStamps, Sessions sessions, Takeovers takeovers, Denials denials) {
        this.firstStamps = firstStamps;
        this.sessions = sessions;
        this.takeovers = takeovers;
        this.denials = denials;
    }

    @Override
    public void onMqttConnectionStart(ConnectionStartInput input) {
        // Not signed in yet: nothing of the session may change.
    }

    @Override
    public void onAuthenticationSuccessful(AuthenticationSuccessfulInput input) {
        // Whether the session starts anew is in the CONNECT, which SignIn has.
    }

    @Override
    public void onDisconnect(DisconnectEventInput input) {
        String clientId = input.getClientInformation().getClientId();
        firstStamps.disconnected(clientId);
        sessions.leaves(
                clientId, ConnectionStamp.of(input.getConnectionInformation().getConnectionAttributeStore()));
    }

    @Override
    public void onServerInitiatedDisconnect(ServerInitiatedDisconnectInput input) {
        boolean proven =
                ConnectInterceptor.outcome(input.getConnectionInformation().getConnectionAttributeStore())
                        == ConnectInterceptor.Outcome.PROVEN;
        Optional<Principal> owner =
                ClientIds.owner(input.getClientInformation().getClientId()).filter(signedIn -> proven);
        denied(input).ifPresent(denied -> denials.add(denied, owner, input, Optional.empty()));
        onDisconnect(input);
    }

    /** Empty for what is no denial, and for what has been counted where it was decided. */
    private Optional<Denied> denied(ServerInitiatedDisconnectInput input) {
        return input.getReasonCode().flatMap(code -> switch (code) {
            case SESSION_TAKEN_OVER ->
                takeovers.ended(
                        input.getClientInformation().getClientId(), Addresses.of(input.getConnectionInformation()));
            case QOS_NOT_SUPPORTED ->
                Optional.of(new Denied(
                        Denial.QOS_2,
                        "QoS 2 is not offered, and ends the connection: publish with QoS 1; a reading that comes twice is"
                                + " stored once"));
            case MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    PACKET_TOO_LARGE,
                    TOPIC_NAME_INVALID,
                    TOPIC_FILTER_INVALID,
                    TOPIC_ALIAS_INVALID,
                    PAYLOAD_FORMAT_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED ->
                Optional.of(new Denied(
                        Denial.BAD_PACKET,
                        "the broker cannot take a packet, and ends the connection: "
                                + input.getReasonString().orElse(code.name())
                                + " Look at what the client sends, or use another MQTT library"));
            default -> Optional.empty();
        });
    }
}
