package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.interceptor.connect.ConnectInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundInput;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundOutput;
import java.util.Optional;

/**
 * Binds client ids to principals: {@code sensor-1} of board {@code rick/01} becomes {@code rick/01|sensor-1}.
 *
 * <p>A session belongs to its client id. Bound so, nobody can take over, clean or drain the session of another, whatever
 * client id is asked for. The name is not proven yet when the id is bound; a wrong password fails afterwards, and only
 * then are sessions looked up.
 */
final class ClientIds implements ConnectInboundInterceptor {

    private static final char SEPARATOR = '|';

    /** Goes before the ids of clients without a usable name. They are refused by the sign-in that follows. */
    private static final String NOBODY = "?";

    /** What config.xml allows; the broker throws when an interceptor makes a longer one. */
    private static final int MAX_LENGTH = 194;

    private static final String TOO_LONG = NOBODY + SEPARATOR + "too-long";

    @Override
    public void onConnect(ConnectInboundInput input, ConnectInboundOutput output) {
        String owner = input.getConnectPacket()
                .getUserName()
                .flatMap(Principal::of)
                .map(Principal::username)
                .orElse(NOBODY);
        output.getConnectPacket()
                .setClientId(bind(owner, input.getConnectPacket().getClientId()));
    }

    /** An id the broker assigned comes back bound when its client reconnects: it is bound only once. */
    private static String bind(String owner, String clientId) {
        String prefix = owner + SEPARATOR;
        String bound = clientId.startsWith(prefix) ? clientId : prefix + clientId;
        return bound.length() <= MAX_LENGTH ? bound : TOO_LONG;
    }

    /** Whose session a bound client id names. */
    static Optional<Principal> owner(String boundClientId) {
        int separator = boundClientId.indexOf(SEPARATOR);
        return separator < 0 ? Optional.empty() : Principal.of(boundClientId.substring(0, separator));
    }
}
