package org.plantbuddy.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** Looks at the broker's ports before it starts: with one of several ports taken, HiveMQ starts without that listener. */
final class ListenPorts {

    private ListenPorts() {}

    /**
     * Passes when the ports can be listened on.
     *
     * @throws BrokerStartException naming the port that cannot, and the key that sets another
     */
    static void requireFree(Config config) {
        List<Key> ports = new ArrayList<>(List.of(Key.MQTT_PORT, Key.MQTT_WEBSOCKET_PORT));
        if (config.optional(Key.MQTT_TLS_KEYSTORE).isPresent()) {
            ports.add(Key.MQTT_TLS_PORT);
        }
        for (Key key : ports) {
            InetSocketAddress address = new InetSocketAddress(config.text(Key.MQTT_BIND), config.port(key));
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(address);
            } catch (IOException e) {
                throw new BrokerStartException(
                        "the broker cannot listen on " + config.text(Key.MQTT_BIND) + ":" + config.port(key) + ": "
                                + e.getMessage() + "; end what uses the port, or set " + key.variable()
                                + " to another",
                        e);
            }
        }
    }
}
