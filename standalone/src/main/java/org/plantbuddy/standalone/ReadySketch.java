package org.plantbuddy.standalone;

import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.boards.firmware.Connection;
import org.plantbuddy.boards.firmware.Sketch;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.simulator.Credentials;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;

/** A sketch for a board that finds the broker where it is published, or else by this machine's name. */
final class ReadySketch implements Function<DeviceCredentials, String> {

    private final Supplier<Config> config;

    ReadySketch(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public String apply(DeviceCredentials device) {
        Config read = Running.reached(config.get());
        Credentials board = Credentials.of(device.username(), device.password());
        String host = read.optional(Key.PUBLIC_HOST).orElseGet(ReadySketch::hostName);
        Optional<TlsFolder> tls = TlsFolder.of(read);
        tls.ifPresent(folder -> requireFor(host, folder));
        return Sketch.render(new Connection(
                host,
                read.publicMqttPort(),
                tls.map(folder -> folder.authority().orElse("")),
                board.user(),
                board.device(),
                board.token()));
    }

    /** A board would refuse the broker, and nobody would see why. */
    private static void requireFor(String host, TlsFolder folder) {
        Identity identity = folder.read(Clock.systemUTC());
        if (!identity.isFor(host)) {
            throw new UsageException("boards would refuse the broker as " + host + ": its certificate is for "
                    + String.join(", ", identity.hosts()) + ". Set " + Key.PUBLIC_HOST.variable()
                    + " to one of these, or make another certificate: plantbuddy tls renew --host " + host);
        }
    }

    private static String hostName() {
        if (Files.exists(OwnTls.IN_A_CONTAINER)) {
            throw new UsageException(
                    "a sketch needs the name or address by which boards reach the broker, and a container does"
                            + " not know it: set " + Key.PUBLIC_HOST.variable() + ", for instance in .env");
        }
        return OwnTls.hostName().orElse("broker.local"); // the first thing to fill in, beside the WiFi's name
    }
}
