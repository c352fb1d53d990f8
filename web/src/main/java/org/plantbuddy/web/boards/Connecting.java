package org.plantbuddy.web.boards;

import io.javalin.http.Context;
import java.util.Optional;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.boards.firmware.Connection;

/**
 * How boards reach the broker, for those who connect one.
 *
 * @param host empty: where the page is
 * @param port the broker's for boards
 * @param authority where the port speaks TLS: who signed its certificate, as PEM; blank: somebody everybody knows
 */
public record Connecting(Optional<String> host, int port, Optional<String> authority) {

    /** What a person puts right by hand, where the page was asked for by a name that no board takes. */
    private static final String NO_HOST = "broker.local";

    Connection of(Context context, String user, String device, DeviceCredentials credentials) {
        String reached = host.orElseGet(() -> context.req().getServerName().replaceAll("^\\[|]$", ""));
        return new Connection(
                Connection.isHost(reached) ? reached : NO_HOST, port, authority, user, device, credentials.password());
    }
}
