package org.plantbuddy.standalone;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.simulator.Credentials;
import org.plantbuddy.simulator.Sketch;

/** A sketch for a board that finds the broker where it is published, or else by this machine's name. */
final class ReadySketch implements Function<DeviceCredentials, String> {

    private static final Path IN_A_CONTAINER = Path.of("/.dockerenv");

    private final Supplier<Config> config;

    ReadySketch(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public String apply(DeviceCredentials device) {
        Config read = config.get();
        Credentials board = Credentials.of(device.username(), device.password());
        return Sketch.render(
                read.optional(Key.PUBLIC_HOST).orElseGet(ReadySketch::hostName),
                read.publicMqttPort(),
                board.user(),
                board.device(),
                board.token());
    }

    private static String hostName() {
        if (Files.exists(IN_A_CONTAINER)) {
            throw new UsageException(
                    "a sketch needs the name or address by which boards reach the broker, and a container does"
                            + " not know it: set " + Key.PUBLIC_HOST.variable() + ", for instance in .env");
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "broker.local"; // the first thing to fill in, beside the WiFi's name
        }
    }
}
