package org.plantbuddy.broker;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** A broker with two people, a board each, and the services. */
final class TestBroker implements AutoCloseable {

    static final String PASSWORD = "correct horse";

    final Config config;
    final Accounts accounts;
    final String rickBoard;
    final String annaBoard;
    final String rickToken;
    final String bridge = "pb_test-bridge";
    final String web = "pb_test-web";

    private EmbeddedBroker broker;

    TestBroker(Path data) {
        config = config(data);
        accounts = Accounts.open(config, Clock.systemUTC());
        accounts.users().add("rick", PASSWORD);
        accounts.users().add("anna", PASSWORD);
        rickBoard = accounts.devices().add("rick", "01").password();
        annaBoard = accounts.devices().add("anna", "01").password();
        rickToken = accounts.appTokens().create("rick", "phone");
        accounts.services().put(Services.BRIDGE, bridge);
        accounts.services().put(Services.WEB, web);
        broker = EmbeddedBroker.start(config);
    }

    static Config config(Path data) {
        return Config.load(Map.of())
                .with(Map.of(
                        Key.DATA, data.toString(),
                        Key.MQTT_BIND, "127.0.0.1",
                        Key.MQTT_PORT, "0",
                        Key.MQTT_WEBSOCKET_PORT, "0"));
    }

    EmbeddedBroker broker() {
        return broker;
    }

    void restart() {
        broker.close();
        broker = EmbeddedBroker.start(config);
    }

    String uri() {
        return "tcp://127.0.0.1:" + broker.mqttPort();
    }

    Paho board() {
        return Paho.to(uri()).as("rick/01", rickBoard);
    }

    Paho bridge() {
        return Paho.to(uri()).as(Services.BRIDGE, bridge).clientId("bridge-1").session(3_600);
    }

    long denied(Denial denial) {
        return broker.denials().getOrDefault(denial.label(), 0L);
    }

    @Override
    public void close() {
        broker.close();
        accounts.close();
    }
}
