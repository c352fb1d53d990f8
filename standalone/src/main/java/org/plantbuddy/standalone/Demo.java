package org.plantbuddy.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.accounts.Tokens;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.operations.history.ImportCommand;
import org.plantbuddy.operations.history.ImportReport;
import org.plantbuddy.operations.history.Shift;
import org.plantbuddy.simulator.BrokerAddress;
import org.plantbuddy.simulator.Credentials;
import org.plantbuddy.simulator.History;
import org.plantbuddy.simulator.Plant;
import org.plantbuddy.simulator.SimulatedBoard;

/**
 * What {@code up --demo} adds: user rick with board 01, two days of history, and the board itself, whose plant dries
 * out within a minute.
 *
 * @param running the system it runs in
 * @param userPassword rick's
 * @param board the board's credentials
 */
record Demo(Running running, String userPassword, DeviceCredentials board) {

    private static final String USER = "rick";
    private static final String DEVICE = "01";
    private static final String FILE = "demo-credentials";
    private static final Duration DRIES_WITHIN = Duration.ofSeconds(45);
    /** Longer than the history, so that it ends with a plant that is well. */
    private static final Duration HISTORY_DRIES_WITHIN = Duration.ofHours(60);

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Makes what is missing of it and starts the board; the second time it finds what the first one made. */
    static Demo prepare(Standalone system, Config config, Progress progress) throws Exception {
        Path data = config.path(Key.DATA);
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            progress.step("making user " + USER + " with board " + DEVICE);
            write(file, makeAccounts(system.accounts()));
        }
        Demo demo = read(file, system.running());
        Instant until = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Path imported = data.resolve("demo-history.lp");
        if (!Files.exists(imported)) {
            progress.step("importing 48 hours of history");
            importHistory(system, config, imported, until, progress);
        }
        progress.step("switching the board on");
        system.keepUntilStop("demo board", demo.switchOn());
        return demo;
    }

    private static Demo makeAccounts(Accounts accounts) {
        // Without its mark: a password that looks like a token would be taken for one.
        String password = Tokens.random().substring(Tokens.PREFIX.length());
        if (accounts.users().exists(USER)) {
            accounts.users().changePassword(USER, password);
        } else {
            accounts.users().add(USER, password);
        }
        boolean active = accounts.devices().list(USER).stream()
                .anyMatch(device -> device.name().equals(DEVICE) && device.active());
        if (active) {
            accounts.devices().revoke(USER, DEVICE);
        }
        return new Demo(
                new Running("", "", "", "", "", "", "", ""),
                password,
                accounts.devices().add(USER, DEVICE));
    }

    private static void write(Path file, Demo demo) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("user.name", USER);
        properties.setProperty("user.password", demo.userPassword());
        properties.setProperty("device.username", demo.board().username());
        properties.setProperty("device.password", demo.board().password());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "made by `plantbuddy up --demo`");
        }
    }

    private static Demo read(Path file, Running running) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Demo(
                running,
                properties.getProperty("user.password", ""),
                new DeviceCredentials(
                        properties.getProperty("device.username", ""), properties.getProperty("device.password", "")));
    }

    private static void importHistory(Standalone system, Config config, Path imported, Instant until, Progress progress)
            throws Exception {
        Path half = imported.resolveSibling(imported.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(half)) {
            History.twoDays(USER, DEVICE, until)
                    .write(new Plant(USER.hashCode(), until.minus(Duration.ofDays(2)), HISTORY_DRIES_WITHIN), out);
        }
        ImportReport report = ImportCommand.from(Running.reached(config), system.accounts())
                .run(USER, half, Shift.NONE, percent -> {});
        report.lines().forEach(progress::step);
        Files.move(half, imported);
    }

    private SimulatedBoard switchOn() {
        URI mqtt = URI.create(running.mqtt());
        BrokerAddress broker = new BrokerAddress(mqtt.getHost(), mqtt.getPort());
        Credentials credentials = Credentials.of(board.username(), board.password());
        return SimulatedBoard.drying(broker, credentials, DRIES_WITHIN, INTERVAL, Clock.systemUTC())
                .start();
    }

    /** What a person needs to look around; the credentials are the demo's own. */
    void print(PrintStream out) {
        out.println();
        out.println("  page    " + running.page() + "/   user " + USER + "   password " + userPassword);
        out.println("  board   username " + board.username() + "   password " + board.password());
        out.println("  alerts  mosquitto_sub " + running.mosquitto() + " -u " + USER + " -P " + userPassword
                + " -q 1 -t plantbuddy/" + USER + "/alerts -v");
        out.println();
        out.println("  The plant dries out: its first alert comes within two minutes.");
        out.println();
    }
}
