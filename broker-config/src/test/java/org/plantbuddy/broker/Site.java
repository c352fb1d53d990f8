package org.plantbuddy.broker;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** A database with two people, a board each, and the services; and a broker that knows it. */
abstract class Site implements AutoCloseable {

    static final String PASSWORD = "correct horse";

    final Config config;
    final Accounts accounts;
    final String rickBoard;
    final String annaBoard;
    final String rickToken;
    final String bridge = "pb_test-bridge";
    final String web = "pb_test-web";
    final String canary = "pb_test-canary";

    Site(Path data) {
        config = config(data);
        accounts = Accounts.open(config, Clock.systemUTC());
        accounts.users().add("rick", PASSWORD);
        accounts.users().add("anna", PASSWORD);
        rickBoard = accounts.devices().add("rick", "01").password();
        annaBoard = accounts.devices().add("anna", "01").password();
        rickToken = accounts.appTokens().create("rick", "phone");
        accounts.services().put(Services.BRIDGE, bridge);
        accounts.services().put(Services.WEB, web);
        accounts.services().put(Services.CANARY, canary);
    }

    static Config config(Path data) {
        return Config.load(Map.of())
                .with(Map.of(
                        Key.DATA, data.toString(),
                        Key.MQTT_BIND, "127.0.0.1",
                        Key.MQTT_PORT, "0",
                        Key.MQTT_WEBSOCKET_PORT, "0"));
    }

    /** Where MQTT over TCP is served. */
    abstract int port();

    String uri() {
        return "tcp://127.0.0.1:" + port();
    }

    Paho board() {
        return Paho.to(uri()).as("rick/01", rickBoard);
    }

    Paho bridge() {
        return Paho.to(uri()).as(Services.BRIDGE, bridge).clientId("bridge-1").session(3_600);
    }

    @Override
    public void close() {
        accounts.close();
    }
}
