package org.plantbuddy.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** Looks, before anything starts, whether the ports are there to be had. */
final class Ports {

    private Ports() {}

    /**
     * Names every port that something else has, all in one message.
     *
     * @throws UsageException when there is one
     */
    static void requireFree(Config config) {
        List<String> taken = new ArrayList<>();
        check(config, Key.MQTT_BIND, Key.MQTT_PORT, "MQTT").ifPresent(taken::add);
        check(config, Key.MQTT_BIND, Key.MQTT_WEBSOCKET_PORT, "MQTT over WebSocket")
                .ifPresent(taken::add);
        check(config, Key.BRIDGE_BIND, Key.BRIDGE_PORT, "the bridge").ifPresent(taken::add);
        check(config, Key.WEB_BIND, Key.WEB_PORT, "the web page").ifPresent(taken::add);
        if (config.optional(Key.INFLUX_URL).isEmpty()) {
            check("127.0.0.1", config.port(Key.INFLUX_PORT), Key.INFLUX_PORT, "InfluxDB")
                    .ifPresent(taken::add);
        }
        if (!taken.isEmpty()) {
            throw new UsageException(String.join("\n", taken));
        }
    }

    private static Optional<String> check(Config config, Key bind, Key port, String what) {
        return check(config.text(bind), config.port(port), port, what);
    }

    private static Optional<String> check(String bind, int port, Key key, String what) {
        if (port == 0) {
            return Optional.empty();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("port " + port + " on " + bind + " (" + what + ") cannot be used: " + e.getMessage()
                    + ". Stop what listens there (ss -ltnp 'sport = :" + port + "' names it), or set "
                    + key.variable() + " to another port.");
        }
    }
}
