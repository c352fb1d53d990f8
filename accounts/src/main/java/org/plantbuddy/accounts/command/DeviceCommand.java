package org.plantbuddy.accounts.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.Description;
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
        description = "Boards: add, list, rename, revoke, archive.",
        synopsisSubcommandLabel = "(add | list | rename | revoke | archive)")
public final class DeviceCommand {

    /** What is done to those that are not refused. */
    private static final Map<String, String> DONE = Map.of("ignored", "ignored", "taken-over", "cut off");

    private final Supplier<Accounts> database;
    private final Function<DeviceCredentials, String> sketch;
    private final LastReadings lastReadings;
    private final Clock clock;

    /**
     * @param database opened when a command runs, and closed at its end
     * @param sketch makes the program to flash onto a board with these credentials
     */
    public DeviceCommand(
            Supplier<Accounts> database,
            Function<DeviceCredentials, String> sketch,
            LastReadings lastReadings,
            Clock clock) {
        this.database = database;
        this.sketch = sketch;
        this.lastReadings = lastReadings;
        this.clock = clock;
    }

    /** When a user's boards were last heard. */
    @FunctionalInterface
    public interface LastReadings {

        /** The time of each board's newest reading, of those that have one; empty when it cannot be told now. */
        Optional<Map<String, Instant>> of(String user);
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Add a board. Prints its username and password once.")
    int add(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE", description = "letters a-z, digits, _ and -, at most 32") String device,
            @Option(names = "--name", description = "what people call it, in any script") @Nullable String name,
            @Option(names = "--place", description = "where it is") @Nullable String place,
            @Option(names = "--sketch", description = "print an Arduino sketch ready to flash instead")
                    boolean withSketch,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            DeviceCredentials credentials =
                    accounts.devices().add(user, device, before -> changed(before, name, place), Integer.MAX_VALUE);
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
            description =
                    "List a user's boards, when each was last heard, what it says of itself, and what it was refused.")
    int list(
            @Parameters(paramLabel = "USER") String user,
            @Option(names = "--all", description = "also those that are archived") boolean all,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            List<Device> devices = accounts.devices().list(accounts.users().requireExisting(user)).stream()
                    .filter(device -> all || !device.description().archived())
                    .toList();
            List<DeniedRequest> denied = accounts.deniedRequests().of(user);
            Optional<Map<String, Instant>> heard = lastReadings.of(user);
            output.print(
                    devices.stream()
                            .map(device -> forScripts(device, heard, of(device, denied)))
                            .toList(),
                    devices.stream()
                            .flatMap(device -> Stream.concat(
                                    Stream.of(called(device) + "  " + forPeople(device, heard)),
                                    of(device, denied).stream().map(DeviceCommand::forPeople)))
                            .toArray(String[]::new));
        }
        return 0;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Revoke a board. Its readings stay. Add it again for a new password.")
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

    @Command(
            name = "rename",
            mixinStandardHelpOptions = true,
            description = "Change what people call a board, or where it is. Its address, topics and readings stay.")
    int rename(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE") String device,
            @Parameters(paramLabel = "NAME", description = "in any script, at most 60 characters; '' for none")
                    String name,
            @Option(names = "--place", description = "where it is; '' for nowhere") @Nullable String place,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            Description now = accounts.devices().describe(user, device, before -> changed(before, name, place));
            output.print(
                    forScripts(now, new LinkedHashMap<>(Map.of("user", user, "device", device))),
                    "board " + user + "/" + device
                            + now.name().map(called -> " is called " + called).orElse(" has no name of its own")
                            + now.place().map(where -> " (" + where + ")").orElse(""));
        }
        return 0;
    }

    @Command(
            name = "archive",
            mixinStandardHelpOptions = true,
            description =
                    "Take a revoked board off the lists. Its readings and alerts stay. Adding it again brings it back.")
    int archive(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "DEVICE") String device,
            @Option(names = "--undo", description = "put it back on the lists") boolean undo,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.devices().describe(user, device, before -> before.withArchived(!undo));
        }
        output.print(
                Map.of("user", user, "device", device, "archived", !undo),
                "board " + user + "/" + device + (undo ? " is on the lists again" : " is archived"));
        return 0;
    }

    private static Description changed(Description before, @Nullable String name, @Nullable String place) {
        Description named = name == null ? before : before.withName(name);
        return place == null ? named : named.withPlace(place);
    }

    private static String called(Device device) {
        Description said = device.description();
        return device.name()
                + said.name().map(name -> "  " + name).orElse("")
                + said.place().map(place -> "  (" + place + ")").orElse("");
    }

    private String forPeople(Device device, Optional<Map<String, Instant>> heard) {
        if (!device.active()) {
            return device.description().archived() ? "revoked, archived" : "revoked";
        }
        String reading = heard.map(times -> Optional.ofNullable(times.get(device.name()))
                        .map(last -> "last reading " + age(last) + " (" + last.truncatedTo(ChronoUnit.SECONDS) + ")")
                        .orElse("no reading yet"))
                .orElse("last reading not known (InfluxDB does not answer)");
        return device.status()
                .map(status -> reading + ", " + status.state().text() + " since " + status.since() + ", last known at "
                        + status.lastKnown())
                .orElse(reading);
    }

    private static List<DeniedRequest> of(Device device, List<DeniedRequest> denied) {
        return denied.stream().filter(one -> one.device().equals(device.name())).toList();
    }

    /** As the page tells it. */
    private static String forPeople(DeniedRequest denied) {
        String done = DONE.getOrDefault(denied.kind(), "refused");
        String times = denied.times() == 1 ? "once" : denied.times() + " times";
        return "    " + done + ": " + denied.reason() + ", " + times + ", last "
                + denied.last().truncatedTo(ChronoUnit.SECONDS);
    }

    /** As the page tells it. */
    private String age(Instant then) {
        Duration age = Duration.between(then, clock.instant());
        if (age.toMinutes() < 1) {
            return "just now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < 2 ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }

    private static Map<String, @Nullable Object> forScripts(
            Device device, Optional<Map<String, Instant>> heard, List<DeniedRequest> denied) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("username", device.username());
        all.put("device", device.name());
        forScripts(device.description(), all);
        all.put("active", device.active());
        heard.ifPresent(times -> all.put(
                "last_reading",
                Optional.ofNullable(times.get(device.name()))
                        .map(Instant::toString)
                        .orElse(null)));
        all.put("status", device.status().map(status -> status.state().text()).orElse(null));
        all.put(
                "since",
                device.status().map(status -> status.since().toString()).orElse(null));
        all.put(
                "last_known",
                device.status().map(status -> status.lastKnown().toString()).orElse(null));
        all.put("denied", denied.stream().map(DeviceCommand::forScripts).toList());
        return all;
    }

    private static Map<String, @Nullable Object> forScripts(Description said, Map<String, @Nullable Object> all) {
        all.put("name", said.name().orElse(null));
        all.put("place", said.place().orElse(null));
        all.put("archived", said.archived());
        return all;
    }

    private static Map<String, Object> forScripts(DeniedRequest denied) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("kind", denied.kind());
        all.put("reason", denied.reason());
        all.put("times", denied.times());
        all.put("last", denied.last().toString());
        return all;
    }
}
