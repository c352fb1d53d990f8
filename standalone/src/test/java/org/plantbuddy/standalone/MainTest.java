package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Accounts;
import picocli.CommandLine;

/** What the commands do where there is no system yet. */
class MainTest {

    private record Result(int exit, String out, String errors) {}

    private static final String MORE_THAN_ANY_DISK = "1000000000000000";

    private final InputStream systemIn = System.in;

    @TempDir
    Path folder;

    @AfterEach
    void giveStandardInputBack() {
        System.setIn(systemIn);
    }

    @Test
    void completionIsBashAndTheManualNamesEveryCommand() throws Exception {
        Path completion = Files.writeString(
                folder.resolve("completion"), run("completion").out());
        Process bash = new ProcessBuilder("bash", "-c", ". \"$0\" && complete -p plantbuddy", completion.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("_complete_plantbuddy");
        assertThat(bash.waitFor()).isZero();

        String manual = run("man").out();
        assertThat(manual).startsWith(".TH PLANTBUDDY 1").contains(".SS plantbuddy user invite USER\n");
        Main.commands(Map.of())
                .getSubcommands()
                .keySet()
                .forEach(command -> assertThat(manual).contains(".SS plantbuddy " + command));
        assertThat(manual.lines().filter(line -> line.startsWith(".")))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|B)( .*)?"));
    }

    @Test
    void unitOfSystemdIsUnderstood() throws Exception {
        Path root = Path.of(System.getProperty("plantbuddy.root", "..")).toRealPath();
        String unit = Files.readString(root.resolve("deploy/plantbuddy.service"));
        assertThat(unit).contains("ExecStart=/opt/plantbuddy/plantbuddy up\n", "Restart=always", "KillMode=mixed");
        Process analyze = start(
                "systemd-analyze",
                "verify",
                Files.writeString(
                                folder.resolve("plantbuddy.service"),
                                unit.replace(
                                        "/opt/plantbuddy/plantbuddy",
                                        root.resolve("plantbuddy").toString()))
                        .toString());
        assertThat(new String(analyze.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(analyze.waitFor()).isZero();
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (java.io.IOException e) {
            return Assumptions.abort("this machine has no " + command[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user list",
                "user list --json",
                "user password rick --password-stdin",
                "user remove rick",
                "device list rick",
                "device add rick 01",
                "device revoke rick 01",
                "token list rick",
                "token add rick phone",
                "token revoke rick phone",
                "import rick history.lp",
                "backup plants.gpg"
            })
    void commandOfAFolderWithoutAccountsSaysSoAndMakesNothing(String command) {
        System.setIn(new ByteArrayInputStream("a password\n".getBytes(StandardCharsets.UTF_8)));
        Result result = run(command.split(" "));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.errors())
                .contains("there are no accounts yet in " + data())
                .contains("plantbuddy user add")
                .contains("PLANTBUDDY_DATA")
                .hasLineCount(1);
        assertThat(data()).doesNotExist();
    }

    @Test
    void backupsAskForWhatIsMissingAndLeaveNothing() throws Exception {
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
        Path file = Files.writeString(folder.resolve("backup"), "no backup");
        String opens = "--passphrase-file";

        assertThat(run("backup").exit()).isEqualTo(2);
        assertThat(run("backup").errors()).contains("Missing required parameter: 'FILE'");
        assertThat(run("restore", file.toString()).errors()).contains("use --passphrase-file");
        assertThat(run("restore", file.toString(), opens, folder.resolve("none").toString())
                        .errors())
                .contains("none cannot be read");
        assertThat(run("restore", file.toString(), opens, passphrase.toString()).errors())
                .contains(file + " is no backup that `plantbuddy backup` made");
        assertThat(run("backup", "verify", file.toString(), opens, passphrase.toString())
                        .errors())
                .contains(file + " is no backup that `plantbuddy backup` made");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(file, passphrase, data());
        }

        Files.writeString(data().resolve("kept"), "something");
        assertThat(run("restore", file.toString(), opens, passphrase.toString()).errors())
                .contains("(kept): a restore goes into an empty system only");
        try (Accounts accounts = Accounts.openFile(data().resolve("plantbuddy.db"), Clock.systemUTC())) {
            assertThat(accounts.answers()).isTrue();
        }
        assertThat(run("backup", folder.resolve("new").toString(), opens, passphrase.toString())
                        .errors())
                .contains("the passphrase has 13 characters, and needs 16");
    }

    @Test
    void thresholdOfANameThatIsNotAllowedIsAnsweredWithOneThatIs() {
        Result result =
                run("threshold", "set", "rick", "--device", "Monstera", "--sensor", "light", "--crit-below", "1");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.errors()).endsWith("; try monstera\n").hasLineCount(1);
        assertThat(run("threshold", "remove", "rick", "--sensor", "Soil-Moisture")
                        .errors())
                .endsWith("; try soil_moisture\n");
    }

    @Test
    void taskIsPrintedAsItIsInstalled() {
        assertThat(run("task", "check").out())
                .contains("option task = {name: \"plantbuddy-check\", every: 10s}", "crit_below: 35.0", "settings = (");
        assertThat(run("task", "chek").errors())
                .contains("there is no task 'chek'", "notification_rule")
                .hasLineCount(1);
    }

    @Test
    void addedUserIsTheFirst() {
        System.setIn(new ByteArrayInputStream("a password\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(run("user", "add", "rick", "--password-stdin").exit()).isZero();

        assertThat(run("user", "list").out()).isEqualTo("rick\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "up ", "user ", "user list ", "device ", "status ", "simulate ", "import ", "threshold "})
    void everyCommandTellsTheVersionOfTheBuild(String command) {
        Result result = run((command + "--version").split(" "));

        assertThat(result.exit()).isZero();
        assertThat(result.out()).matches("plantbuddy \\d+\\.\\d+\\.\\d+\\S*( \\(commit [0-9a-f]{7,}\\S*\\))?\n");
    }

    @ParameterizedTest
    @CsvSource({
        "broker, org.plantbuddy.broker.Main",
        "bridge, org.plantbuddy.bridge.Main",
        "provision, org.plantbuddy.operations.provision.Main",
        "web, org.plantbuddy.web.Main",
        "plantbuddy, org.plantbuddy.standalone.Main"
    })
    void everyPartTellsTheVersionOfTheBuildAndStartsNothing(String part, String main) throws Exception {
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main,
                        "--version")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("PLANTBUDDY_DATA", data().toString());
        builder.environment().put("PLANTBUDDY_DISK_FREE", MORE_THAN_ANY_DISK);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(out).content().matches(part + " \\d+\\.\\d+\\.\\d+\\S*( \\(commit [0-9a-f]{7,}\\S*\\))?\n");
        assertThat(process.exitValue()).isZero();
        assertThat(data()).doesNotExist();
    }

    @Test
    void upRefusesADiskWithTooLittleRoomAndMakesNothing() {
        Result result = run(Map.of("PLANTBUDDY_DISK_FREE", MORE_THAN_ANY_DISK), "up");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.errors())
                .startsWith("plantbuddy: the disk of " + data())
                .contains("MB free", "PLANTBUDDY_DISK_FREE")
                .hasLineCount(1);
        assertThat(data()).doesNotExist();
    }

    /** The accounts database; the data folder was taken before. */
    @Test
    void upEndsWhenAPartCannotStartAndGivesBackWhatItHas() throws Exception {
        Files.createDirectories(data().resolve("plantbuddy.db"));
        Result result = run(Map.of("PLANTBUDDY_DISK_FREE", "0"), "up");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.errors()).startsWith("plantbuddy: ").contains("plantbuddy.db");
        DataFolder.claim(data()).close();
    }

    @Test
    void upWhoseInfluxDbDoesNotStartStopsTheBrokerBesideIt() throws Exception {
        Path broken = Files.writeString(folder.resolve("influxd"), "#!/bin/sh\nsleep 1\necho it is broken\nexit 1\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();

        Result result = run(Map.of("PLANTBUDDY_DISK_FREE", "0", "PLANTBUDDY_INFLUXD", broken.toString()), "up");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.errors()).startsWith("plantbuddy: " + broken).contains("it is broken");
        assertThat(data().resolve("broker")).exists();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("broker-start") || name.startsWith("single-writer"));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Result run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private Result run(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PLANTBUDDY_DATA", data().toString());
        for (String port : List.of("MQTT", "MQTT_WEBSOCKET", "BRIDGE", "WEB", "INFLUX")) {
            environment.put("PLANTBUDDY_" + port + "_PORT", "0");
        }
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine commands =
                Main.commands(environment).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
        return new Result(commands.execute(arguments), out.toString(), errors.toString());
    }
}
