package org.plantbuddy.simulator;

/**
 * Where the broker listens.
 *
 * @param host name or address
 * @param port TCP port
 * @param tls encrypted, with the certificates the JVM trusts
 */
public record BrokerAddress(String host, int port, boolean tls) {

    public BrokerAddress {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "a broker needs a host and a port in 1..65535, not " + host + ":" + port);
        }
    }

    /** Plain TCP. */
    public BrokerAddress(String host, int port) {
        this(host, port, false);
    }

    String uri() {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return (tls ? "ssl://" : "tcp://") + name + ":" + port;
    }
}
