package org.plantbuddy.standalone;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.simulator.Credentials;
import org.plantbuddy.simulator.Sketch;

/** A sketch for a board that finds this machine's broker by the machine's name. */
final class ReadySketch implements Function<DeviceCredentials, String> {

    private final Supplier<Config> config;

    ReadySketch(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public String apply(DeviceCredentials device) {
        Credentials board = Credentials.of(device.username(), device.password());
        return Sketch.render(hostName(), config.get().port(Key.MQTT_PORT), board.user(), board.device(), board.token());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "broker.local"; // the first thing to fill in, beside the WiFi's name
        }
    }
}
