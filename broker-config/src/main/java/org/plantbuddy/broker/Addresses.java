package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import java.net.InetAddress;

/** Where a client comes from, for the log. */
final class Addresses {

    private Addresses() {}

    static String of(ConnectionInformation connection) {
        return connection.getInetAddress().map(InetAddress::getHostAddress).orElse("unknown");
    }
}
