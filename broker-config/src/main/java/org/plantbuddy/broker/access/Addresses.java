package org.plantbuddy.broker.access;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a client comes from. */
public final class Addresses {

    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    /** For the log. */
    public static String of(ConnectionInformation connection) {
        return connection.getInetAddress().map(InetAddress::getHostAddress).orElse("unknown");
    }

    /** What one subscriber of an internet provider has: an IPv4 address, or a /64 of IPv6. */
    public static String network(ConnectionInformation connection) {
        return connection.getInetAddress().map(Addresses::network).orElse("unknown");
    }

    public static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
                : address.getHostAddress();
    }
}
