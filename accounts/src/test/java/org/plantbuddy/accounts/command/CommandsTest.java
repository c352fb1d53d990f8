package org.plantbuddy.accounts.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.boards.BoardState;
import org.plantbuddy.boards.StatusReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandsTest {

    private record Result(int exit, String out, String err) {}

    @Command(name = "plantbuddy")
    private static final class Root {}

    private final InputStream systemIn = System.in;
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123456789Z");

    private Optional<Map<String, Instant>> heard = Optional.of(Map.of());
    private Function<DeviceCredentials, String> sketch = credentials -> "// sketch of " + credentials.username();

    @TempDir
    Path folder;

    @AfterEach
    void giveStandardInputBack() {
        System.setIn(systemIn);
    }

    @Test
    void addedUserSignsInWithThePasswordFromStandardInput() {
        assertThat(runTyping("correct horse\nsecond line\n", "user", "add", "rick", "--password-stdin"))
                .isEqualTo(new Result(0, "user rick added\n", ""));

        try (Accounts accounts = accounts()) {
            assertThat(accounts.users().signIn("rick", "correct horse")).isTrue();
        }
    }

    @Test
    void passwordIsUtf8WhateverTheLocale() {
        runTyping("grüne Pflanze\r\n", "user", "add", "rick", "--password-stdin");

        try (Accounts accounts = accounts()) {
            assertThat(accounts.users().signIn("rick", "grüne Pflanze")).isTrue();
        }
    }

    @Test
    void passwordThatDidNotArriveWholeIsRefused() {
        System.setIn(new ByteArrayInputStream("gr\u00fcne Pflanze\n".getBytes(StandardCharsets.ISO_8859_1)));
        Result result = run("user", "add", "rick", "--password-stdin");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("UTF-8").doesNotContain("Pflanze");
    }

    @Test
    void changedPasswordReplacesTheOld() {
        addRick();
        assertThat(runTyping("battery staple\n", "user", "password", "rick", "--password-stdin")
                        .exit())
                .isZero();

        try (Accounts accounts = accounts()) {
            assertThat(accounts.users().signIn("rick", "correct horse")).isFalse();
            assertThat(accounts.users().signIn("rick", "battery staple")).isTrue();
        }
    }

    @Test
    void passwordIsNeverAnArgument() {
        assertThat(run("user", "add", "rick", "correct horse").exit()).isEqualTo(2);
        assertThat(run("user", "add", "rick", "--password=correct horse").exit())
                .isEqualTo(2);
        assertThat(run("user", "list").out()).isEmpty();
    }

    @Test
    void whatCannotBeDoneIsOneLineAndExitCodeOne() {
        addRick();
        for (Result result : new Result[] {
            runTyping("correct horse\n", "user", "add", "rick", "--password-stdin"),
            runTyping("short\n", "user", "add", "anna", "--password-stdin"),
            runTyping("", "user", "add", "anna", "--password-stdin"),
            runTyping("correct horse\n", "user", "add", "Anna/#", "--password-stdin"),
            runTyping("correct horse\n", "user", "password", "anna", "--password-stdin"),
            run("user", "remove", "anna"),
            run("device", "add", "anna", "01"),
            run("device", "add", "rick", "alerts"),
            run("device", "list", "anna"),
            run("device", "revoke", "rick", "01"),
            run("device", "rename", "rick", "01", "Monstera"),
            run("device", "archive", "rick", "01"),
            run("device", "add", "rick", "01", "--name", "two\nlines"),
            run("token", "add", "anna", "phone"),
            run("token", "list", "anna"),
            run("token", "revoke", "rick", "phone"),
        }) {
            assertThat(result.exit()).as(result.err()).isEqualTo(1);
            assertThat(result.err().lines()).as(result.err()).hasSize(1);
            assertThat(result.out()).isEmpty();
        }
    }

    @Test
    void nameThatNobodyCanHaveIsAnsweredWithOneThatIsAllowed() {
        addRick();
        for (String command : List.of(
                "user add My#User --password-stdin",
                "user password My#User --password-stdin",
                "user show My#User",
                "user set My#User --readings-per-day 5",
                "user remove My#User",
                "device add My#User 01",
                "device list My#User",
                "device revoke My#User 01",
                "token add My#User phone",
                "token list My#User",
                "token revoke My#User phone")) {
            assertThat(runTyping("correct horse\n", command.replace('#', ' ').split(" (?!User)"))
                            .err())
                    .as(command)
                    .contains("user name 'My User' is not allowed")
                    .endsWith("; try my-user\n");
        }
        for (String command : List.of("add", "revoke")) {
            assertThat(run("device", command, "rick", "A4:CF:12:6B:0E:91").err())
                    .contains("board name 'A4:CF:12:6B:0E:91' is not allowed")
                    .endsWith("; try a4-cf-12-6b-0e-91\n");
            assertThat(run("device", command, "rick", "Monstera").err()).endsWith("; try monstera\n");
            assertThat(run("device", command, "rick", "").err()).endsWith("; try 01\n");
        }
    }

    @Test
    void usersAreListedForPeopleAndForScripts() throws Exception {
        addRick();

        assertThat(run("user", "list").out()).isEqualTo("rick\n");
        assertThat(json("user", "list", "--json").toString()).isEqualTo("[\"rick\"]");
    }

    @Test
    void removalSaysThatTheNameIsFree() {
        addRick();
        Result result = run("user", "remove", "rick");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("removed").contains("InfluxDB").contains("free");
        assertThat(run("user", "list").out()).isEmpty();
    }

    @Test
    void addedBoardSignsInWithWhatIsPrintedOnce() throws Exception {
        addRick();
        JsonNode board = json("device", "add", "rick", "01", "--json");

        assertThat(board.properties()).hasSize(2);
        assertThat(board.get("username").asText()).isEqualTo("rick/01");
        try (Accounts accounts = accounts()) {
            assertThat(accounts.devices()
                            .authenticate("rick", "01", board.get("password").asText()))
                    .isTrue();
        }
        assertThat(run("device", "add", "rick", "02").out()).matches("username rick/02\npassword pb_\\S+\n");
        assertThat(run("device", "list", "rick").out()).isEqualTo("01  no reading yet\n02  no reading yet\n");
    }

    @Test
    void revokedBoardIsToldApartAndGetsANewPasswordWhenAddedAgain() throws Exception {
        addRick();
        JsonNode first = json("device", "add", "rick", "01", "--json");
        assertThat(run("device", "revoke", "rick", "01").exit()).isZero();

        assertThat(run("device", "list", "rick").out()).isEqualTo("01  revoked\n");
        assertThat(json("device", "list", "rick", "--json").get(0).get("active").asBoolean())
                .isFalse();
        assertThat(json("device", "add", "rick", "01", "--json").get("password"))
                .isNotEqualTo(first.get("password"));
    }

    @Test
    void boardsAreListedWithWhatIsKnownOfThem() throws Exception {
        addRick();
        run("device", "add", "rick", "01");
        run("device", "add", "rick", "02");
        Instant since = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.MILLIS);
        long ns = since.toEpochMilli() * 1_000_000;
        try (Accounts accounts = accounts()) {
            accounts.statuses()
                    .keep(List.of(
                            new StatusReport("rick", "01", BoardState.ONLINE, ns, ns, since),
                            new StatusReport("rick", "01", BoardState.ONLINE, ns, ns + 1, since.plusSeconds(5))));
        }

        Instant reading = NOW.minusSeconds(130);
        heard = Optional.of(Map.of("02", reading));

        assertThat(run("device", "list", "rick").out())
                .isEqualTo("01  no reading yet, online since " + since + ", last known at " + since.plusSeconds(5)
                        + "\n02  last reading 2 min ago (" + reading.truncatedTo(ChronoUnit.SECONDS) + ")\n");
        String listed = """
                [{"username":"rick/01","device":"01","name":null,"place":null,"archived":false,"active":true,"last_reading":null,
                  "status":"online","since":"%s","last_known":"%s","denied":[]},
                 {"username":"rick/02","device":"02","name":null,"place":null,"archived":false,"active":true,"last_reading":"%s",
                  "status":null,"since":null,"last_known":null,"denied":[]}]
                """.formatted(since, since.plusSeconds(5), reading);
        assertThat(json("device", "list", "rick", "--json")).isEqualTo(new ObjectMapper().readTree(listed));
    }

    @Test
    void boardHasANameForPeopleAndIsArchivedOnceItIsRevoked() throws Exception {
        addRick();
        run("device", "add", "rick", "01", "--name", "Größe 2", "--place", "台所");
        assertThat(run("device", "list", "rick").out()).isEqualTo("01  Größe 2  (台所)  no reading yet\n");
        assertThat(run("device", "rename", "rick", "01", "Monstera"))
                .isEqualTo(new Result(0, "board rick/01 is called Monstera (台所)\n", ""));
        assertThat(json("device", "rename", "rick", "01", "", "--place", "", "--json"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        "{\"user\":\"rick\",\"device\":\"01\",\"name\":null,\"place\":null,\"archived\":false}"));

        assertThat(run("device", "archive", "rick", "01").err()).contains("plantbuddy device revoke rick 01");
        run("device", "revoke", "rick", "01");
        assertThat(run("device", "archive", "rick", "01").out()).isEqualTo("board rick/01 is archived\n");
        assertThat(run("device", "list", "rick").out()).isEmpty();
        assertThat(run("device", "list", "rick", "--all").out()).isEqualTo("01  revoked, archived\n");
        assertThat(json("device", "list", "rick", "--all", "--json")
                        .get(0)
                        .get("archived")
                        .asBoolean())
                .isTrue();
        assertThat(run("device", "archive", "rick", "01", "--undo").out())
                .isEqualTo("board rick/01 is on the lists again\n");
        assertThat(run("device", "list", "rick").out()).isEqualTo("01  revoked\n");
    }

    @ParameterizedTest
    @CsvSource({"59, just now", "3599, 59 min ago", "108000, 30 h ago", "172800, 2 days ago"})
    void lastReadingIsToldAsOnThePage(long secondsAgo, String age) {
        addRick();
        run("device", "add", "rick", "01");
        Instant reading = NOW.minusSeconds(secondsAgo);
        heard = Optional.of(Map.of("01", reading));

        assertThat(run("device", "list", "rick").out())
                .isEqualTo("01  last reading " + age + " (" + reading.truncatedTo(ChronoUnit.SECONDS) + ")\n");
    }

    @Test
    void boardsAreListedWithWhatTheyWereRefused() throws Exception {
        addRick();
        run("device", "add", "rick", "01");
        run("device", "add", "rick", "02");
        run("device", "revoke", "rick", "02");
        Instant last = Instant.parse("2026-11-24T08:04:00.250Z");
        try (Accounts accounts = accounts()) {
            accounts.deniedRequests()
                    .add(List.of(
                            denied("01", "wrong-depth", "one level too deep", 1_200, last),
                            denied("01", "ignored", "a habit of firmware", 2, last.minusSeconds(60)),
                            denied("", "qos-2", "an app's", 3, last),
                            denied("02", "taken-over", "is one sketch on two boards?", 1, last)));
        }

        assertThat(run("device", "list", "rick").out()).isEqualTo("""
            01  no reading yet
                refused: one level too deep, 1200 times, last 2026-11-24T08:04:00Z
                ignored: a habit of firmware, 2 times, last 2026-11-24T08:03:00Z
            02  revoked
                cut off: is one sketch on two boards?, once, last 2026-11-24T08:04:00Z
            """);
        assertThat(json("device", "list", "rick", "--json").get(1).get("denied"))
                .isEqualTo(new ObjectMapper().readTree("""
                    [{"kind":"taken-over","reason":"is one sketch on two boards?","times":1,
                      "last":"2026-11-24T08:04:00.250Z"}]
                    """));
    }

    private static DeniedRequest denied(String device, String kind, String reason, int times, Instant last) {
        return new DeniedRequest("rick", device, kind, reason, "", "", times, 0, last, last);
    }

    @Test
    void boardsAreListedWhileNobodyKnowsTheirReadings() throws Exception {
        addRick();
        run("device", "add", "rick", "01");
        heard = Optional.empty();

        assertThat(run("device", "list", "rick").out())
                .isEqualTo("01  last reading not known (InfluxDB does not answer)\n");
        assertThat(json("device", "list", "rick", "--json").get(0).has("last_reading"))
                .isFalse();
    }

    @Test
    void sketchIsPrintedInsteadOfTheCredentials() {
        addRick();

        assertThat(run("device", "add", "rick", "01", "--sketch").out()).isEqualTo("// sketch of rick/01\n");
    }

    @Test
    void boardWhoseSketchFailedCanBeAddedAgain() {
        addRick();
        sketch = credentials -> {
            throw new IllegalArgumentException("no host");
        };
        assertThat(run("device", "add", "rick", "01", "--sketch").exit()).isEqualTo(1);

        assertThat(run("device", "add", "rick", "01").exit()).isZero();
    }

    @Test
    void appTokenSignsInUntilItIsRevoked() throws Exception {
        addRick();
        String token =
                json("token", "add", "rick", "phone", "--json").get("password").asText();
        assertThat(run("token", "list", "rick").out()).isEqualTo("phone: mqtt, not used\n");
        try (Accounts accounts = accounts()) {
            assertThat(accounts.appTokens().authenticate("rick", token)).isTrue();
        }

        assertThat(run("token", "revoke", "rick", "phone").exit()).isZero();
        try (Accounts accounts = accounts()) {
            assertThat(accounts.appTokens().authenticate("rick", token)).isFalse();
        }
    }

    @Test
    void appTokenOfTheApiDoesNotSignInToTheBroker() throws Exception {
        addRick();
        String token = json("token", "add", "rick", "dashboard", "--scope", "read,manage", "--days", "30", "--json")
                .get("password")
                .asText();
        try (Accounts accounts = accounts()) {
            assertThat(accounts.appTokens().authenticate("rick", token)).isFalse();
            assertThat(accounts.appTokens().find(token))
                    .hasValueSatisfying(
                            bearer -> assertThat(bearer.scopes()).containsExactlyInAnyOrder(Scope.READ, Scope.MANAGE));
        }
        Result ran = run("token", "add", "rick", "x", "--scope", "root");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("mqtt, read, note or manage");
    }

    @Test
    void limitOfAUserIsSetShownAndTakenBack() throws Exception {
        addRick();
        assertThat(run("user", "show", "rick").out()).isEqualTo("""
            rick: 0 readings stored today (UTC), of at most 5000000 a day
            0 boards, 0 with a password; rick may have 100
            raw readings are kept as long as everybody's
            """);
        JsonNode set = json("user", "set", "rick", "--readings-per-day", "1000", "--json");
        assertThat(set.required("readings_per_day").asLong()).isEqualTo(1_000);
        assertThat(set.required("readings_today").asLong()).isZero();
        assertThat(run("user", "set", "rick", "--readings-per-day", "0").out()).contains("any number");
        run("user", "set", "rick", "--readings-per-day", "default");
        assertThat(json("user", "show", "rick", "--json")
                        .required("readings_per_day")
                        .asLong())
                .isEqualTo(5_000_000);
    }

    @Test
    void wrongLimitIsRefusedAndSoIsAnUnknownUser() {
        addRick();
        for (String wrong : List.of("-1", "many", "", "1e6", "99999999999999999999")) {
            Result result = run("user", "set", "rick", "--readings-per-day=" + wrong);
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err())
                    .contains("'" + wrong + "'")
                    .contains("1 or more")
                    .contains("default");
        }
        assertThat(run("user", "set", "nobody", "--readings-per-day", "5").err())
                .contains("no user 'nobody'");
        assertThat(run("user", "show", "nobody").err()).contains("no user 'nobody'");
        assertThat(run("user", "set", "rick").err()).contains("nothing to set");
        for (String wrong :
                List.of("--boards=-1", "--boards=many", "--keep=1h", "--keep=7d", "--keep=36501d", "--keep=long")) {
            Result result = run("user", "set", "rick", "--readings-a-day=7", wrong);
            assertThat(result.exit()).as(wrong).isEqualTo(1);
            assertThat(result.err()).contains("is not allowed: it must be").contains("default");
        }
        assertThat(run("user", "show", "rick").out()).contains("at most 5000000 a day"); // all or nothing
    }

    @Test
    void boardsAndTimeOfAUserAreLimitedAndShown() throws Exception {
        addRick();
        run("device", "add", "rick", "01");
        run("device", "add", "rick", "02");
        run("device", "revoke", "rick", "02");
        JsonNode set = json("user", "set", "rick", "--boards", "3", "--keep", "8d", "--readings-a-day=5", "--json");
        assertThat(set.required("boards").asInt()).isEqualTo(2);
        assertThat(set.required("boards_active").asInt()).isEqualTo(1);
        assertThat(set.required("boards_most").asInt()).isEqualTo(3);
        assertThat(set.required("keep_seconds").asLong()).isEqualTo(8 * 24 * 3_600);
        assertThat(set.required("readings_per_day").asInt()).isEqualTo(5);
        assertThat(run("user", "set", "rick", "--keep=default").out()).contains("as long as everybody's");
    }

    @Test
    void auditTellsWhoDidWhatForPeopleAndForScripts() throws Exception {
        addRick();
        run("device", "add", "rick", "01");
        try (Accounts accounts = accounts()) {
            accounts.audit().add(new Actor("", "192.0.2.7"), AuditAction.SIGN_IN_FAILED, "anna", "");
        }

        assertThat(run("audit", "--user", "rick", "--since", "1h").out().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("$operator"))
                .anyMatch(line -> line.contains("device-add         rick 01  (local "));
        JsonNode failed = json("audit", "--most=1", "--json").get(0);
        assertThat(failed.get("action").asText()).isEqualTo("sign-in-failed");
        assertThat(failed.get("address").asText()).isEqualTo("192.0.2.7");
        assertThat(failed.get("user").asText()).isEmpty();
        assertThat(run("audit", "--since", "2100-01-01T00:00:00Z").out()).isEmpty();
        assertThat(run("audit", "--since", "yesterday").err())
                .contains("'yesterday'")
                .contains("7d");
        assertThat(run("audit", "--user", "No One").exit()).isEqualTo(1);
    }

    @Test
    void linkLetsAPersonChooseThePasswordOnce() throws Exception {
        JsonNode invited = json("user", "invite", "rick", "--valid=1h", "--json");
        assertThat(invited.required("valid_seconds").asLong()).isEqualTo(3_600);
        String first = token(invited);
        assertThat(run("user", "invite", "rick").err()).contains("exists already");
        assertThat(run("user", "invite", "Rick").exit()).isEqualTo(1);
        assertThat(run("user", "reset-link", "anna").err()).contains("no user 'anna'");
        for (String wrong : List.of("0s", "31d", "soon")) {
            assertThat(run("user", "reset-link", "rick", "--valid", wrong).err())
                    .contains("'" + wrong + "'");
        }
        try (Accounts accounts = accounts()) {
            assertThat(accounts.passwordLinks().use(first, "correct horse", "192.0.2.7"))
                    .isPresent();
            assertThat(accounts.users().signIn("rick", "correct horse")).isTrue();
        }
        Result reset = run("user", "reset-link", "rick");
        assertThat(reset.out())
                .startsWith("https://plants.example.org/password?link=pb_")
                .contains("works once, for 48 h");
    }

    private static String token(JsonNode answer) {
        String link = answer.required("link").asText();
        return link.substring(link.indexOf("link=") + "link=".length());
    }

    @Test
    void missingSubcommandOrArgumentIsAUsageError() {
        assertThat(run("user").exit()).isEqualTo(2);
        assertThat(run("device", "add", "rick").exit()).isEqualTo(2);
        assertThat(run("token", "add", "rick", "phone", "--nothing").exit()).isEqualTo(2);
    }

    private void addRick() {
        assertThat(runTyping("correct horse\n", "user", "add", "rick", "--password-stdin")
                        .exit())
                .isZero();
    }

    private JsonNode json(String... arguments) throws Exception {
        return new ObjectMapper().readTree(run(arguments).out());
    }

    private Result runTyping(String typed, String... arguments) {
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        return run(arguments);
    }

    private Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = new CommandLine(new Root())
                .addSubcommand(new UserCommand(this::accounts, this::accounts, () -> "https://plants.example.org"))
                .addSubcommand(new DeviceCommand(
                        this::accounts,
                        credentials -> sketch.apply(credentials),
                        user -> heard,
                        Clock.fixed(NOW, ZoneOffset.UTC)))
                .addSubcommand(new TokenCommand(this::accounts))
                .addSubcommand(new AuditCommand(this::accounts, Clock.systemUTC()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    line.getErr().println(e.getMessage());
                    return line.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments);
        return new Result(exit, out.toString(), err.toString());
    }

    private Accounts accounts() {
        return Accounts.openFile(folder.resolve("plantbuddy.db"), Clock.systemUTC());
    }
}
