package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.events.client.ClientLifecycleEventListener;
import com.hivemq.extension.sdk.api.events.client.parameters.AuthenticationSuccessfulInput;
import com.hivemq.extension.sdk.api.events.client.parameters.ConnectionStartInput;
import com.hivemq.extension.sdk.api.events.client.parameters.DisconnectEventInput;

/** Tells the memory of stamps when a connection has ended. */
final class SessionEnds implements ClientLifecycleEventListener {

    private final FirstStamps firstStamps;

    SessionEnds(FirstStamps firstStamps) {
        this.firstStamps = firstStamps;
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
        firstStamps.disconnected(input.getClientInformation().getClientId());
    }
}
