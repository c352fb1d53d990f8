package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;

/** Tells who remembers connections when one has ended. */
final class SessionEnds implements ClientLifecycleEventListener {

    private final FirstStamps firstStamps;
    private final Sessions sessions;

    SessionEnds(FirstStamps firstStamps, Sessions sessions) {
        this.firstStamps = firstStamps;
        this.sessions = sessions;
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
}
