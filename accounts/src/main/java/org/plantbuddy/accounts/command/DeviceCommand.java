package org.plantbuddy.accounts.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.DeviceCredentials;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy device}: the boards. */
@Command(
        name = "device",
        mixinStandardHelpOptions = true,
        description = "Boards: add, list, revoke.",
        synopsisSubcommandLabel = "(add | list | revoke)")
public final class DeviceCommand {

    private static final String NEVER_SEEN = "never seen";

    private final Supplier<Accounts> database;
    private final Function<DeviceCredentials, String> sketch;

    /**
     * @param database opened when a command runs, and closed at its end
     * @param sketch makes the program to flash onto a board with these credentials
     */
    public DeviceCommand(Supplier<Accounts> database, Function<DeviceCredentials, String> sketch) {
        this.database = database;
        this.sketch = sketch;
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Add a board; prints its username and password, this once.")
    int add(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE", description = "letters a-z, digits, _ and -, at most 32") String device,
            @Option(names = "--sketch", description = "print an Arduino sketch ready to flash instead")
                    boolean withSketch,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            DeviceCredentials credentials = accounts.devices().add(user, device);
            if (withSketch) {
                String program = sketchOrRevoke(accounts, user, device, credentials);
                output.print(Map.of("sketch", program), program);
            } else {
                output.print(credentials, "username " + credentials.username(), "password " + credentials.password());
            }
        }
        return 0;
    }

    /** A board whose password was never shown must not keep its name taken. */
    private String sketchOrRevoke(Accounts accounts, String user, String device, DeviceCredentials credentials) {
        try {
            return sketch.apply(credentials);
        } catch (RuntimeException e) {
            accounts.devices().revoke(user, device);
            throw e;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List a user's boards, and whether they are there.")
    int list(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            List<Device> devices = accounts.devices().list(accounts.users().requireExisting(user));
            output.print(
                    devices.stream().map(DeviceCommand::forScripts).toList(),
                    devices.stream()
                            .map(device -> device.name() + "  " + forPeople(device))
                            .toArray(String[]::new));
        }
        return 0;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Take a board's password away. Its readings stay; add it again for a new password.")
    int revoke(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE") String device,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.devices().revoke(user, device);
        }
        output.print(Map.of("user", user, "device", device), "board " + user + "/" + device + " revoked");
        return 0;
    }

    private static String forPeople(Device device) {
        if (!device.active()) {
            return "revoked";
        }
        return device.status()
                .map(status ->
                        status.state().text() + " since " + status.since() + ", last known at " + status.lastKnown())
                .orElse(NEVER_SEEN);
    }

    private static Map<String, @Nullable Object> forScripts(Device device) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("username", device.username());
        all.put("device", device.name());
        all.put("active", device.active());
        all.put("status", device.status().map(status -> status.state().text()).orElse(NEVER_SEEN));
        all.put(
                "since",
                device.status().map(status -> status.since().toString()).orElse(null));
        all.put(
                "last_known",
                device.status().map(status -> status.lastKnown().toString()).orElse(null));
        return all;
    }
}
