package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.reading.Level;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.SeriesName;
import picocli.CommandLine;

class HistoryImportIT {

    private static final String TOKEN = "a-token-for-this-test-only";
    private static final List<String> SENSORS = List.of("light", "soil_moisture", "humidity", "soil_temp", "air_temp");
    private static final Instant SAMPLE_END = Instant.parse("2021-06-01T12:00:00Z");
    private static final Duration KEEPS = Duration.ofDays(30);
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final int STEPS = 2_880;
    private static final int WINDOWS_OF_A_YEAR = 365 * 24 * 6;
    private static final int MINUTES_KEPT = 30 * 24 * 60 - 125;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static InfluxdProcess influxd;
    private static int users;

    private Accounts accounts;
    private String user;

    @BeforeAll
    static void startInfluxd() throws IOException, InterruptedException {
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), shared.resolve("influxd"), 0);
        HttpResponse<String> setup = HTTP.send(
                HttpRequest.newBuilder(influxd.url().resolve("/api/v2/setup"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"operator\",\"password\":\"only-for-tests\","
                                        + "\"org\":\"plantbuddy\",\"bucket\":\"plantbuddy\",\"retentionPeriodSeconds\":"
                                        + KEEPS.toSeconds() + ",\"token\":\"" + TOKEN + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(setup.statusCode()).as(setup.body()).isEqualTo(201);
        Matcher org = Pattern.compile("\"orgID\":\\s*\"([0-9a-f]+)\"").matcher(setup.body());
        assertThat(org.find()).isTrue();
        for (String bucket : List.of("downsampled", "settings")) {
            HttpResponse<String> made = HTTP.send(
                    HttpRequest.newBuilder(influxd.url().resolve("/api/v2/buckets"))
                            .header("Authorization", "Token " + TOKEN)
                            .POST(HttpRequest.BodyPublishers.ofString("{\"orgID\":\"" + org.group(1) + "\",\"name\":\""
                                    + bucket + "\",\"retentionRules\":[]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        }
    }

    @AfterAll
    static void stopInfluxd() {
        influxd.close();
    }

    @BeforeEach
    void addUser() {
        accounts = Accounts.openFile(folder.resolve("plantbuddy.db"), Clock.systemUTC());
        user = "rick" + users++;
        accounts.users().add(user, "wubba-lubba");
    }

    @AfterEach
    void closeAccounts() {
        accounts.close();
    }

    @Test
    void twoDaysOfIntegersMovedToNowAreStoredExactlyAndTwiceGivesTheSamePoints() throws Exception {
        Path file = sample(SAMPLE_END);
        Instant now = Instant.now();
        List<Integer> percents = new ArrayList<>();
        ImportReport first = importAt(now).run(user, file, Shift.TO_NOW, percents::add);
        assertThat(first.stored()).isEqualTo(STEPS * 5L);
        assertThat(first.bad() + first.expired()).isZero();
        assertThat(percents).isSorted().doesNotHaveDuplicates().last().isEqualTo(100);

        Instant newest = SAMPLE_END.plus(first.shift());
        assertThat(newest).isBetween(now.minusSeconds(1), now);
        SortedMap<Instant, Double> expected = new TreeMap<>();
        for (int i = 0; i < STEPS; i++) {
            expected.put(newest.minus(STEP.multipliedBy(i)), (double) (i % 97));
        }
        for (String sensor : SENSORS) {
            assertThat(points(sensor)).isEqualTo(expected);
        }

        ImportReport second = importAt(now.plusSeconds(90)).run(user, file, Shift.TO_NOW, percent -> {});
        assertThat(second.shift()).isEqualTo(first.shift());
        assertThat(points("light")).isEqualTo(expected);
        assertThat(accounts.sensors().list(user))
                .extracting(SeriesName::sensor)
                .containsExactlyInAnyOrderElementsOf(SENSORS);
    }

    @Test
    void exportOfAUserIsReadBackAndHoldsNothingOfOthersAndNoSecret() throws Exception {
        Instant now = Instant.now();
        importAt(now).run(user, sample(SAMPLE_END), Shift.TO_NOW, percent -> {});
        SortedMap<Instant, Double> before = points("light");
        String token = accounts.devices().add(user, "01").password();
        String other = user;
        user = "anna" + users++;
        accounts.users().add(user, "wubba-lubba");
        Files.writeString(folder.resolve("other"), line("light", user, "7", now));
        importAt(now).run(user, folder.resolve("other"), Shift.NONE, percent -> {});
        String foreign = user;
        user = other;

        Config config = toExport();
        Path archive = folder.resolve("export.zip");
        StringWriter told = new StringWriter();
        assertThat(export(config, told, user, archive.toString()))
                .as(told.toString())
                .isZero();
        assertThat(told.toString()).contains("readings.lp: " + STEPS * 5 + " values");
        assertThat(Files.getPosixFilePermissions(archive)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Map<String, String> files = unzipped(archive);
        assertThat(files.keySet())
                .containsExactlyInAnyOrder("account.json", "readings.lp", "downsampled.lp", "settings.lp");
        assertThat(files.values().toString()).contains(user).doesNotContain(foreign, token, "argon2");
        assertThat(files.get("downsampled.lp")).contains("reading_count=");
        assertThat(files.get("account.json")).contains("\"device_name\"", "\"created_at\"", "user-add");
        assertThat(export(config, new StringWriter(), user, archive.toString())).isNotZero();
        assertThat(export(
                        config,
                        new StringWriter(),
                        "nobody",
                        folder.resolve("none").toString()))
                .isNotZero();
        assertThat(folder.resolve("none")).doesNotExist();

        delete(user);
        assertThat(points("light")).isEmpty();
        ImportReport back = importAt(now).run(user, archive, Shift.NONE, percent -> {});
        assertThat(back.stored()).isEqualTo(STEPS * 5L);
        assertThat(back.leftOut()).isFalse();
        assertThat(points("light")).isEqualTo(before);
    }

    @Test
    void takeOutAndImportOfAYearGiveEqualPointsInBothBuckets() throws Exception {
        Instant closed = Instant.now().truncatedTo(ChronoUnit.HOURS);
        year(user, closed);
        List<String> readings = all(Bucket.READINGS, user);
        List<String> means = all(Bucket.DOWNSAMPLED, user);
        assertThat(readings).hasSize(2 * MINUTES_KEPT);
        assertThat(means).hasSize(2 * 4 * WINDOWS_OF_A_YEAR);
        Path archive = folder.resolve("year.zip");
        StringWriter told = new StringWriter();
        assertThat(export(toExport(), told, user, archive.toString()))
                .as(told.toString())
                .isZero();

        delete(user);
        assertThat(all(Bucket.READINGS, user)).isEmpty();
        assertThat(all(Bucket.DOWNSAMPLED, user)).isEmpty();
        ImportReport back = importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {});
        assertThat(back.leftOut()).as(back.lines().toString()).isFalse();
        assertThat(back.stored()).isEqualTo(readings.size());
        assertThat(back.means()).isEqualTo(means.size());
        assertThat(all(Bucket.READINGS, user)).isEqualTo(readings);
        assertThat(all(Bucket.DOWNSAMPLED, user)).isEqualTo(means);

        String other = "other" + user;
        accounts.users().add(other, "wubba-lubba");
        assertThatThrownBy(() -> importAt(Instant.now()).run(other, archive, Shift.NONE, percent -> {}))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("nothing was imported");
        assertThat(all(Bucket.READINGS, other)).isEmpty();
        assertThat(all(Bucket.DOWNSAMPLED, other)).isEmpty();
    }

    /** Means of a year, which are not those of the readings beside them: a mean that is computed anew would be another. */
    private static void year(String user, Instant closed) {
        List<String> readings = new ArrayList<>();
        List<String> means = new ArrayList<>();
        for (String sensor : List.of("light", "soil_moisture")) {
            String series = sensor + ",user=" + user + ",device_id=01 ";
            for (int i = 1; i <= MINUTES_KEPT; i++) { // not from the start of a window
                readings.add(series + "reading=" + i * 0.1 / 3 + " "
                        + closed.minus(Duration.ofMinutes(i)).getEpochSecond() + "000000001");
            }
            for (int i = 1; i <= WINDOWS_OF_A_YEAR; i++) {
                double mean = -1e-7 * i / 7;
                means.add(series + "reading=" + mean + ",reading_min=" + (mean - 1) + ",reading_max=" + 1e20 / i
                        + ",reading_count=" + i + "i "
                        + closed.minus(Duration.ofMinutes(10L * i)).getEpochSecond() + "000000000");
            }
        }
        try (Influx influx = influx()) {
            for (int from = 0; from < readings.size(); from += 20_000) {
                influx.store(Bucket.READINGS, readings.subList(from, Math.min(readings.size(), from + 20_000)));
            }
            for (int from = 0; from < means.size(); from += 20_000) {
                influx.store(Bucket.DOWNSAMPLED, means.subList(from, Math.min(means.size(), from + 20_000)));
            }
        }
    }

    /** Every field of every point, sorted. */
    private static List<String> all(Bucket bucket, String user) {
        List<String> points = new ArrayList<>();
        try (Influx influx = influx()) {
            influx.columns(
                    "from(bucket: \"" + bucket
                            + "\") |> range(start: 1970-01-01T00:00:00Z) |> filter(fn: (r) => r.user == \"" + user
                            + "\")",
                    List.of("_measurement", "device_id", "_field", "_time", "_value"),
                    row -> points.add(String.join(" ", row)));
        }
        Collections.sort(points);
        return points;
    }

    @Test
    void archiveBringsBoardsThresholdsAndPastAlertsBackAndLeavesWhatIsThere() throws Exception {
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        accounts.devices()
                .add(user, "01", board -> board.withName("Größe \"M\"").withPlace("Küche"), 10);
        accounts.devices().add(user, "02");
        accounts.devices().revoke(user, "02");
        accounts.devices().describe(user, "02", board -> board.withArchived(true));
        alert("over", "light", Level.CRIT, at.minusSeconds(60));
        alert("over and well", "light", Level.OK, at.minusSeconds(30));
        alert("in force", "humidity", Level.CRIT, at.minusSeconds(20));
        Path archive = folder.resolve("all.zip");
        try (Influx influx = influx()) {
            Thresholds thresholds = new Thresholds(influx, accounts, Duration.ofSeconds(10), Clock.systemUTC());
            for (Threshold set : List.of(
                    ThresholdFields.parse(
                            new Scope(user, "01", "light"),
                            Map.of("crit_below", -20.5, "warn_above", 1e6, "enabled", false)),
                    ThresholdFields.parse(new Scope(user, "*", "status"), Map.of("silent_after", 3600.0)))) {
                thresholds.set(set, Actor.operator());
            }
            thresholds.set(
                    ThresholdFields.parse(new Scope(user, "02", "light"), Map.of("crit_below", 1.0)), Actor.operator());
            thresholds.remove(new Scope(user, "02", "light"), Actor.operator());
            List<Threshold> before = thresholds.list(user);
            assertThat(before).hasSize(2);
            assertThat(export(toExport(), new StringWriter(), user, archive.toString()))
                    .isZero();
            accounts.users().remove(user);
            influx.delete(Bucket.SETTINGS, Influx.EARLIEST, Influx.LATEST, "\"user\"=\"" + user + "\"");
            assertThat(thresholds.list(user)).isEmpty();
            accounts.users().add(user, "wubba-lubba");

            ImportReport back = importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {});
            assertThat(back.leftOut()).as(back.lines().toString()).isFalse();
            assertThat(back.lines().toString()).contains("added 2 boards", "stored 2 alerts", "set 2 thresholds");
            assertThat(thresholds.list(user)).isEqualTo(before);
            assertThat(accounts.devices().list(user))
                    .extracting(Device::name, Device::description, Device::active)
                    .containsExactly(
                            tuple("01", Description.NONE.withName("Größe \"M\"").withPlace("Küche"), false),
                            tuple("02", Description.NONE.withArchived(true), false));
            assertThat(accounts.alerts().history(user, 10))
                    .extracting(Alert::message, Alert::level, Alert::statusTimeNs)
                    .containsExactly(
                            tuple("over and well", Level.OK, EpochNs.of(at.minusSeconds(30))),
                            tuple("over", Level.CRIT, EpochNs.of(at.minusSeconds(60))));
            assertThat(accounts.alerts().pendingCount()).as("told again").isZero();

            accounts.devices().describe(user, "01", board -> board.withName("Fern"));
            thresholds.set(
                    ThresholdFields.parse(new Scope(user, "01", "light"), Map.of("crit_below", 7.0)), Actor.operator());
            List<Threshold> changed = thresholds.list(user);
            ImportReport again = importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {});
            assertThat(again.beside()).isEmpty();
            assertThat(thresholds.list(user)).isEqualTo(changed);
            assertThat(accounts.devices().list(user).get(0).description().name())
                    .hasValue("Fern");
            assertThat(accounts.alerts().history(user, 10)).hasSize(2);
        }
    }

    private void alert(String message, String sensor, Level level, Instant at) {
        long ns = EpochNs.of(at);
        accounts.alerts()
                .store(new Alert(
                        message + user,
                        user,
                        "01",
                        sensor,
                        level,
                        Level.OK,
                        OptionalDouble.of(3),
                        "5",
                        message,
                        ns,
                        ns));
        accounts.alerts().published(message + user);
    }

    @Test
    void accountThatSomebodyElseWroteIsCheckedLineByLine() throws Exception {
        Path archive = folder.resolve("hostile.zip");
        String device = "{\"name\": \"%s\", \"own_name\": \"%s\"}";
        String alert = "{\"id\": \"x\", \"device_name\": \"01\", \"sensor\": \"%s\", \"level\": \"%s\","
                + " \"previous_level\": \"crit\", \"threshold\": \"\", \"message\": \"m\", \"time_ns\": 1,"
                + " \"status_time_ns\": 1}";
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("account.json"));
            zip.write(("{\"user\": \"" + user + "\", \"tables\": {\"devices\": ["
                            + device.formatted("01", "Fern") + "," + device.formatted("a/b", "x") + ","
                            + device.formatted("02", "x".repeat(100)) + "], \"alerts\": ["
                            + alert.formatted("light", "ok") + "," + alert.formatted("a b", "ok") + ","
                            + alert.formatted("light", "worse") + ", 7]}}")
                    .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("readings.lp"));
            zip.putNextEntry(new ZipEntry("settings.lp"));
            zip.write(("threshold,device_id=01,sensor=light,user=" + user + " crit_below=\"x\" 0\n"
                            + "threshold,device_id=a/b,sensor=light,user=" + user + " crit_below=1 0\n"
                            + "level,user=victim x=1 0\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        ImportReport report = importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {});
        assertThat(report.leftOut()).isTrue();
        assertThat(report.beside().toString()).contains("added 2 boards", "stored 1 alerts", "left out 7");
        assertThat(accounts.devices().list(user)).extracting(Device::name).containsExactly("01", "02");

        String other = "other" + user;
        accounts.users().add(other, "wubba-lubba");
        assertThatThrownBy(() -> importAt(Instant.now()).run(other, archive, Shift.NONE, percent -> {}))
                .hasMessageContaining("the archive is of user '" + user + "'")
                .hasMessageContaining("nothing was imported");
        assertThat(accounts.devices().list(other)).isEmpty();
    }

    @Test
    void meansOfAnotherUserRefuseAnArchiveBeforeItsReadingsAreStored() throws Exception {
        Instant closed = Instant.now().truncatedTo(ChronoUnit.HOURS);
        Path archive = folder.resolve("crafted.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("readings.lp"));
            zip.write(line("light", user, "7", closed).getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("downsampled.lp"));
            zip.write(line("light", "victim", "7", closed).getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {}))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("line 1 of the means")
                .hasMessageContaining("nothing was imported");
        assertThat(all(Bucket.READINGS, user)).isEmpty();
        assertThat(all(Bucket.DOWNSAMPLED, "victim")).isEmpty();
    }

    @Test
    void whatIsNoMeanIsToldAndTheRestIsStored() throws Exception {
        Instant closed = Instant.now().truncatedTo(ChronoUnit.HOURS);
        long at = closed.minusSeconds(600).getEpochSecond();
        String series = "light,user=" + user + ",device_id=01 ";
        Path archive = folder.resolve("means.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("readings.lp"));
            zip.putNextEntry(new ZipEntry("downsampled.lp"));
            for (String fields : List.of(
                    "reading=7,reading_min=6.5,reading_max=8,reading_count=3i",
                    "reading_count=3",
                    "reading=3i",
                    "reading=\"text\"",
                    "reading=1e400",
                    "level=1")) {
                zip.write((series + fields + " " + at + "000000000\n").getBytes(StandardCharsets.UTF_8));
            }
            zip.write((series + "reading=1 " + closed.plus(Duration.ofDays(1)).getEpochSecond() + "000000000\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        ImportReport report = importAt(Instant.now()).run(user, archive, Shift.NONE, percent -> {});
        assertThat(report.means()).isEqualTo(1);
        assertThat(report.bad()).isEqualTo(6);
        assertThat(report.leftOut()).isTrue();
        assertThat(all(Bucket.DOWNSAMPLED, user)).hasSize(4);
    }

    @Test
    void withoutTheOperatorsTokenMeansAreLeftOutAndThatIsSaid() throws Exception {
        Instant closed = Instant.now().truncatedTo(ChronoUnit.HOURS);
        Path archive = folder.resolve("means.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("readings.lp"));
            zip.write(line("light", user, "7", closed.minusSeconds(600)).getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("downsampled.lp"));
            zip.write(line("light", user, "7", closed.minusSeconds(600)).getBytes(StandardCharsets.UTF_8));
        }
        InfluxAddress address = new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(TOKEN));
        ImportReport report = new HistoryImport(
                        address, Optional.empty(), accounts, folder, KEEPS, Duration.ZERO, Clock.systemUTC())
                .run(user, archive, Shift.NONE, percent -> {});
        assertThat(report.stored()).isEqualTo(1);
        assertThat(report.leftOut()).isTrue();
        assertThat(report.lines().toString()).contains("10-minute means: only the operator's token");
        assertThat(all(Bucket.DOWNSAMPLED, user)).isEmpty();
    }

    private Config toExport() throws IOException {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("secrets"));
        Files.writeString(data.resolve("secrets/influx-read-token"), TOKEN + "\n");
        return Config.load(Map.of(
                "PLANTBUDDY_DATA",
                data.toString(),
                "PLANTBUDDY_DATABASE_URL",
                "jdbc:sqlite:" + folder.resolve("plantbuddy.db"),
                "PLANTBUDDY_INFLUX_URL",
                influxd.url().toString()));
    }

    @Test
    void exportToAReaderThatEndsIsNoSuccess() throws Exception {
        Config config = toExport();
        PrintStream before = System.out;
        StringWriter told = new StringWriter();
        OutputStream ended = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (PrintStream out = new PrintStream(ended, false, StandardCharsets.UTF_8)) {
            System.setOut(out);
            assertThat(export(config, told, user, "-")).isNotZero();
        } finally {
            System.setOut(before);
        }
        assertThat(told.toString()).contains("there is no archive").doesNotContain("values");
    }

    private static int export(Config config, StringWriter told, String... arguments) {
        return new CommandLine(new ExportCommand(() -> config))
                .setErr(new PrintWriter(told))
                .execute(arguments);
    }

    private static Map<String, String> unzipped(Path archive) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private static void delete(String user) {
        try (Influx influx = influx()) {
            for (Bucket bucket : List.of(Bucket.READINGS, Bucket.DOWNSAMPLED)) {
                influx.delete(bucket, Influx.EARLIEST, Influx.LATEST, "\"user\"=\"" + user + "\"");
            }
        }
    }

    private static Influx influx() {
        return new Influx(
                new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(TOKEN)), Duration.ofMinutes(1));
    }

    @Test
    void graphsShowWhatWasImportedAtOnce() throws Exception {
        Instant end = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.HOURS);
        Path file = Files.writeString(
                folder.resolve("window"),
                line("light", user, "10i", end) + line("light", user, "20", end.plusSeconds(540)));
        importAt(Instant.now()).run(user, file, Shift.NONE, percent -> {});
        assertThat(points("downsampled", "light")).isEqualTo(new TreeMap<>(Map.of(end, 15.0)));
    }

    @Test
    void withoutTheRightToDownsampleTheBoardsAreMarkedAsLate() throws Exception {
        Instant now = Instant.now().minus(Duration.ofMinutes(30));
        InfluxAddress writer = new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(TOKEN));
        InfluxAddress nobody = writer.with(new Secret("unknown"));
        Path file = Files.writeString(folder.resolve("late"), line("light", user, "10i", now));
        new HistoryImport(writer, Optional.of(nobody), accounts, folder, KEEPS, Duration.ZERO, Clock.systemUTC())
                .run(user, file, Shift.NONE, percent -> {});
        String marks = csv("from(bucket: \"settings\") |> range(start: -1h, stop: 1h) |> filter(fn: (r) => r.user == \""
                + user + "\")");
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        assertThat(marks).contains("," + nanos + ",from,late,import,01,").contains("," + (nanos + 1) + ",until,late,");
    }

    @Test
    void fileCanBeMovedToNowAgainWhenAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("one"), line("light", user, "5i", SAMPLE_END));
        Instant now = Instant.now();
        Duration first =
                importAt(now).run(user, file, Shift.TO_NOW, percent -> {}).shift();
        Duration again = importAt(now.plusSeconds(60))
                .run(user, file, Shift.TO_NOW_AGAIN, percent -> {})
                .shift();
        assertThat(again).isEqualTo(first.plusSeconds(60));
        assertThat(points("light")).hasSize(2);
    }

    @Test
    void expiredAndBadLinesAreReportedAndTheRestIsStored() throws Exception {
        Instant now = Instant.now();
        Path file = Files.writeString(
                folder.resolve("mixed"),
                "# a comment\n"
                        + line("light", user, "1i", now.minus(KEEPS).minusSeconds(60))
                        + line("light", user, "2i", now.minusSeconds(120))
                        + line("light", user, "\"three\"", now.minusSeconds(60))
                        + line("light", user, "4.5", now)
                        + line("light", user, "5", now.plus(Duration.ofDays(1)))
                        + "nonsense\n");
        ImportReport report = importAt(now).run(user, file, Shift.NONE, percent -> {});
        assertThat(report.stored()).isEqualTo(2);
        assertThat(report.expired()).isEqualTo(1);
        assertThat(report.firstExpired()).isEqualTo(2);
        assertThat(report.firstBad()).extracting(ImportReport.BadLine::number).containsExactlyInAnyOrder(4L, 6L, 7L);
        assertThat(points("light").values()).containsExactly(2.0, 4.5);
    }

    @Test
    void whatIsOlderThanTheUsersReadingsAreKeptIsLeftOut() throws Exception {
        accounts.limits()
                .set(user, Map.of(Limit.KEEP, OptionalLong.of(Duration.ofDays(8).toMillis())));
        Instant now = Instant.now();
        Path file = Files.writeString(
                folder.resolve("old"),
                line("light", user, "1", now.minus(Duration.ofDays(9)))
                        + line("light", user, "2", now.minus(Duration.ofDays(7))));

        ImportReport report = importAt(now).run(user, file, Shift.NONE, percent -> {});

        assertThat(report.expired()).isEqualTo(1);
        assertThat(points("light").values()).containsExactly(2.0);
    }

    @ParameterizedTest
    @CsvSource({"1", "1000", "1000000", "1000000000"})
    void dayIsADayWhateverTheUnitOfItsTimestamps(long perSecond) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        StringBuilder lines = new StringBuilder("\uFEFF");
        for (int i = 47; i >= 0; i--) {
            long time = now.minus(Duration.ofMinutes(30).multipliedBy(i)).getEpochSecond() * perSecond;
            lines.append("light,user=").append(user).append(",device_id=01 reading=" + i + "i " + time + "\n");
        }
        Path file = Files.writeString(folder.resolve("day"), lines);
        assertThat(importAt(now).run(user, file, Shift.NONE, percent -> {}).stored())
                .isEqualTo(48);
        SortedMap<Instant, Double> stored = points("light");
        assertThat(stored).hasSize(48);
        assertThat(Duration.between(stored.firstKey(), stored.lastKey()).toMinutes())
                .isBetween(47 * 30L - 1, 47 * 30L);
        assertThat(stored.values()).startsWith(47.0, 46.0).endsWith(0.0);

        importAt(now).run(user, file, Shift.TO_NOW, percent -> {});
        assertThat(points("light")).isEqualTo(stored);
    }

    @Test
    void valuesOfOneSecondAreAllStoredAndImportedAgainTheSame() throws Exception {
        Instant now = Instant.now();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            lines.append("light,user=" + user + ",device_id=01 reading=" + i + " " + now.getEpochSecond() + "\n");
        }
        Path file = Files.writeString(folder.resolve("quick"), lines);
        for (int again = 0; again < 2; again++) {
            ImportReport report = importAt(now).run(user, file, Shift.NONE, percent -> {});
            assertThat(report.stored()).isEqualTo(10);
            assertThat(report.replaced()).isZero();
            assertThat(points("light")).hasSize(10);
        }
    }

    @Test
    void reportsWhatIsStoredNotWhatWasRead() throws Exception {
        Instant now = Instant.now();
        Instant before = now.minusSeconds(60);
        Path file = Files.writeString(
                folder.resolve("repeats"),
                line("light", user, "1", before)
                        + line("light", user, "2", now)
                        + line("light", user, "3", before)
                        + line("humidity", user, "4", before)
                        + line("light", user, "2", now));
        ImportReport report = importAt(now).run(user, file, Shift.NONE, percent -> {});
        assertThat(report.stored()).isEqualTo(3);
        assertThat(report.replaced()).isEqualTo(2);
        assertThat(report.lines()).anyMatch(line -> line.startsWith("replaced 2 readings"));
        assertThat(points("light").values()).containsExactly(3.0, 2.0);
        assertThat(points("humidity")).hasSize(1);
    }

    @Test
    void wildTimestampsDoNotMoveTheOthersAndAreLeftOut() throws Exception {
        Instant now = Instant.now();
        String wild = line("light", user, "7", Instant.parse("2200-01-01T00:00:00Z"))
                + "light,user=" + user + ",device_id=01 reading=8 842\n"
                + "light,user=" + user + ",device_id=01 reading=9 -5\n";
        Path file = Files.writeString(
                folder.resolve("wild"),
                line("light", user, "1", SAMPLE_END.minusSeconds(60)) + wild + line("light", user, "2", SAMPLE_END));
        ImportReport report = importAt(now).run(user, file, Shift.TO_NOW, percent -> {});
        assertThat(SAMPLE_END.plus(report.shift())).isBetween(now.minusSeconds(1), now);
        assertThat(report.stored()).isEqualTo(2);
        assertThat(report.apart()).isEqualTo(3);
        assertThat(report.firstApart()).isEqualTo(2);
        assertThat(report.bad() + report.expired()).isZero();
        assertThat(report.leftOut()).isTrue();
        assertThat(points("light").values()).containsExactly(1.0, 2.0);
    }

    @Test
    void fileOfNothingButAnImpossibleTimeIsRefused() throws Exception {
        Path file = Files.writeString(
                folder.resolve("old"), "light,user=" + user + ",device_id=01 reading=9 -9200000000000000000\n");
        assertThatThrownBy(() -> importAt(Instant.now()).run(user, file, Shift.TO_NOW, percent -> {}))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("1678");
    }

    @Test
    void lineOfAnotherUserRefusesTheFileBeforeAnythingIsStored() throws Exception {
        Instant now = Instant.now();
        Path file = Files.writeString(
                folder.resolve("foreign"), line("light", user, "1", now) + line("light", "morty", "2", now));
        assertThatThrownBy(() -> importAt(now).run(user, file, Shift.NONE, percent -> {}))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("morty");
        assertThat(points("light")).isEmpty();
    }

    @Test
    void commandReportsAndExitsWithWhatHappened() throws Exception {
        Path secrets = Files.createDirectories(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("influx-bridge-token"), TOKEN + "\n");
        Path good = Files.writeString(folder.resolve("good"), line("light", user, "1i", SAMPLE_END));
        Path bad = Files.writeString(folder.resolve("bad"), line("light", user, "1i", SAMPLE_END) + "nonsense\n");
        assertThat(command(user, good.toString(), "--shift-to-now")).startsWith("0 stored 1 readings");
        assertThat(command(user, bad.toString(), "--shift-to-now"))
                .startsWith("2 stored 1 ")
                .contains("line 2: ");
        assertThat(command(user, good.toString())).startsWith("2 stored 0 ").contains("the first in line 1");
        assertThat(command("nobody", good.toString())).startsWith("1 import: there is no user 'nobody'");
        assertThat(command(user, folder.resolve("missing").toString())).startsWith("1 import: ");
    }

    private String command(String... arguments) {
        StringWriter output = new StringWriter();
        Config config = Config.load(Map.of(
                "PLANTBUDDY_DATA", folder.toString(),
                "PLANTBUDDY_INFLUX_URL", influxd.url().toString()));
        int exit = new CommandLine(new ImportCommand(() -> config))
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(output))
                .execute(arguments);
        return exit + " " + output.toString().replaceAll("import \\d+ %\n", "");
    }

    @Test
    void unknownUserIsToldHowToBecomeKnown() {
        assertThatThrownBy(() -> importAt(Instant.now()).run("nobody", folder, Shift.NONE, percent -> {}))
                .hasMessageContaining("plantbuddy user add nobody");
    }

    private HistoryImport importAt(Instant now) {
        InfluxAddress address = new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(TOKEN));
        return new HistoryImport(
                address,
                Optional.of(address),
                accounts,
                folder,
                KEEPS,
                Duration.ZERO,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private Path sample(Instant end) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = STEPS - 1; i >= 0; i--) {
            for (String sensor : SENSORS) {
                lines.append(line(sensor, user, i % 97 + "i", end.minus(STEP.multipliedBy(i))));
            }
        }
        return Files.writeString(folder.resolve("sample"), lines);
    }

    private static String line(String sensor, String user, String reading, Instant time) {
        return sensor + ",user=" + user + ",device_id=01 reading=" + reading + " "
                + (time.getEpochSecond() * 1_000_000_000L + time.getNano()) + "\n";
    }

    private SortedMap<Instant, Double> points(String sensor) throws IOException, InterruptedException {
        return points("plantbuddy", sensor);
    }

    private SortedMap<Instant, Double> points(String bucket, String sensor) throws IOException, InterruptedException {
        String rows = csv("from(bucket: \"" + bucket
                + "\") |> range(start: -40d, stop: 2d) |> filter(fn: (r) => r._measurement == \"" + sensor
                + "\" and r.user == \"" + user + "\" and r.device_id == \"01\" and r._field == \"reading\")"
                + " |> keep(columns: [\"_time\", \"_value\"])");
        SortedMap<Instant, Double> points = new TreeMap<>();
        rows.lines().skip(1).filter(row -> !row.isBlank()).forEach(row -> {
            String[] columns = row.split(",", -1);
            points.put(Instant.parse(columns[3]), Double.valueOf(columns[4]));
        });
        return points;
    }

    private static String csv(String flux) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(influxd.url() + "/api/v2/query?org=plantbuddy"))
                        .header("Authorization", "Token " + TOKEN)
                        .header("Content-Type", "application/vnd.flux")
                        .POST(HttpRequest.BodyPublishers.ofString(flux))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
