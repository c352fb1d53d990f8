package org.plantbuddy.web;

import static org.awaitility.Awaitility.await;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.Bucket;
import com.influxdb.client.domain.OnboardingResponse;
import com.influxdb.client.domain.Permission;
import com.influxdb.client.domain.PermissionResource;
import com.influxdb.client.domain.Task;
import com.influxdb.client.domain.TaskCreateRequest;
import com.influxdb.client.domain.TaskStatusType;
import com.influxdb.client.domain.WritePrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.boards.BoardState;
import org.plantbuddy.boards.StatusReport;
import org.plantbuddy.bridge.Bridge;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;

/** The page over a real InfluxDB and a real accounts database, on free ports. */
final class Fixture implements AutoCloseable {

    static final String PASSWORD = "correct horse";
    static final List<String> SENSORS = List.of("light", "soil_moisture", "humidity", "soil_temp", "air_temp");
    private static final long SECONDS = 60;
    private static final long WINDOW = 600;
    private static final long HOURS_48 = 48 * 3600;
    private static final int RAW_MINUTES = 30;
    private static final String ORG = "plantbuddy";

    final InfluxdProcess influxd;
    final Accounts accounts;
    final Web web;

    private final Config config;
    private final String operatorToken;

    private Fixture(InfluxdProcess influxd, Accounts accounts, Web web, Config config, String operatorToken) {
        this.influxd = influxd;
        this.accounts = accounts;
        this.web = web;
        this.config = config;
        this.operatorToken = operatorToken;
    }

    static Fixture start(Path folder, Clock clock, Map<Key, String> more) throws IOException {
        InfluxdProcess influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxdb"), 0);
        String url = influxd.url().toString();
        OnboardingResponse set = InfluxDBClientFactory.onBoarding(url, "operator", "operator-password", ORG, ORG);
        String operatorToken =
                Objects.requireNonNull(Objects.requireNonNull(set.getAuth()).getToken());
        String webToken = makeBuckets(url, operatorToken, Objects.requireNonNull(set.getBucket()));
        Config config = Config.load(Map.of())
                .with(Map.of(Key.WEB_PORT, "0", Key.INFLUX_URL, url, Key.INFLUX_TOKEN, webToken))
                .with(more);
        Accounts accounts = more.containsKey(Key.DATABASE_URL)
                ? Accounts.open(config, clock)
                : Accounts.openFile(folder.resolve("accounts.db"), clock);
        return new Fixture(
                influxd, accounts, Web.start(config, accounts, Metrics.ofProcess(), clock), config, operatorToken);
    }

    /** Another page over the same databases, which the caller closes. */
    Web anotherWeb() {
        return Web.start(config, accounts, Metrics.ofProcess());
    }

    /** A bridge from the page's broker to its InfluxDB, which the caller closes. */
    Bridge bridge(Path folder) {
        return Bridge.start(
                config.with(Map.of(
                        Key.DATA,
                        folder.toString(),
                        Key.BRIDGE_PORT,
                        "0",
                        Key.INFLUX_TOKEN,
                        operatorToken,
                        Key.NOTIFY_SECRET,
                        "secret")),
                accounts);
    }

    /** Lets InfluxDB run the check, and returns once it has. */
    Task check() {
        try (InfluxDBClient client = client(influxd.url().toString(), operatorToken)) {
            String org = client.getOrganizationsApi().findOrganizations().get(0).getId();
            Task task = client.getTasksApi()
                    .createTask(new TaskCreateRequest()
                            .orgID(org)
                            .flux(FluxScript.check(Duration.ofSeconds(5)).text()));
            String mark = FluxScript.newest("nobody").text();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !client.getQueryApi().query(mark, ORG).isEmpty());
            return task;
        }
    }

    void set(Task task, TaskStatusType status) {
        try (InfluxDBClient client = client(influxd.url().toString(), operatorToken)) {
            client.getTasksApi().updateTask(task.status(status));
        }
    }

    /** Up to when the check has judged, as it notes it. */
    void checkedAt(Instant until) {
        write("settings", List.of("checked until=" + until.toEpochMilli() * 1_000_000 + "i 0"));
    }

    /** Makes the buckets that are still missing, and a token as the page has: it reads them and writes settings. */
    private static String makeBuckets(String url, String operatorToken, Bucket raw) {
        try (InfluxDBClient client = client(url, operatorToken)) {
            String org = Objects.requireNonNull(raw.getOrgID());
            Bucket downsampled = client.getBucketsApi().createBucket("downsampled", org);
            Bucket settings = client.getBucketsApi().createBucket("settings", org);
            List<Permission> rights = List.of(
                    right(Permission.ActionEnum.READ, raw),
                    right(Permission.ActionEnum.READ, downsampled),
                    right(Permission.ActionEnum.READ, settings),
                    right(Permission.ActionEnum.WRITE, settings));
            return Objects.requireNonNull(client.getAuthorizationsApi()
                    .createAuthorization(org, rights)
                    .getToken());
        }
    }

    private static Permission right(Permission.ActionEnum action, Bucket bucket) {
        return new Permission()
                .action(action)
                .resource(new PermissionResource()
                        .type(PermissionResource.TYPE_BUCKETS)
                        .id(bucket.getId())
                        .orgID(bucket.getOrgID()));
    }

    private static InfluxDBClient client(String url, String token) {
        return InfluxDBClientFactory.create(url, token.toCharArray(), ORG, ORG);
    }

    String url() {
        return "http://127.0.0.1:" + web.port();
    }

    /** Adds a user with one board and 48 hours of its five sensors. */
    void userWithHistory(String user, String device) {
        accounts.users().add(user, PASSWORD);
        boardWithHistory(user, device);
    }

    /** A reading a minute for the newest half hour, and before it what the downsampling task leaves of such readings. */
    void boardWithHistory(String user, String device) {
        boardWithHistory(user, device, Duration.ZERO);
    }

    /** @param ago when the newest was */
    void boardWithHistory(String user, String device, Duration ago) {
        accounts.devices().add(user, device);
        List<String> raw = new ArrayList<>();
        List<String> means = new ArrayList<>();
        long now = Instant.now().minus(ago).getEpochSecond();
        for (String sensor : SENSORS) {
            String series = sensor + ",user=" + user + ",device_id=" + device + " reading";
            for (int minute = 0; minute < RAW_MINUTES; minute++) {
                raw.add(series + "=" + plant(sensor, device, minute) + " " + (now - minute * SECONDS));
            }
            long newestWindow = now - now % WINDOW - WINDOW;
            for (long window = newestWindow; window > now - HOURS_48; window -= WINDOW) {
                double mean = plant(sensor, device, (int) ((now - window) / SECONDS));
                means.add(series + "=" + mean + ",reading_min=" + (mean - 1) + ",reading_max=" + (mean + 1)
                        + ",reading_count=10i " + window);
            }
            accounts.sensors().admit(new SeriesName(user, device, sensor));
        }
        write("plantbuddy", raw);
        write("downsampled", means);
        long closed = Instant.now().getEpochSecond() / WINDOW * WINDOW;
        write("settings", List.of("downsampled until=" + closed * 1_000_000_000 + "i 0"));
    }

    private static double plant(String sensor, String device, int minutesAgo) {
        double day = Math.sin((minutesAgo / 1440.0 + device.hashCode() % 7 / 40.0) * 2 * Math.PI);
        double noise = Math.sin(minutesAgo * 12.9898 + device.hashCode()) * 0.4;
        return switch (sensor) {
            case "light" -> Math.max(0, 620 * day + noise * 20);
            case "soil_moisture" -> 36 + (minutesAgo % 2300) / 60.0 + noise;
            case "humidity" -> 52 - 8 * day + noise;
            case "soil_temp" -> 19 + 2 * day + noise / 4;
            default -> 21 + 5 * day + noise;
        };
    }

    /** Writes line protocol with times in seconds. */
    void write(String bucket, List<String> lines) {
        try (InfluxDBClient client = client(influxd.url().toString(), operatorToken)) {
            client.getWriteApiBlocking().writeRecords(bucket, ORG, WritePrecision.S, lines);
        }
    }

    void alert(String id, String user, String device, Level level, String message, Instant at) {
        long ns = at.toEpochMilli() * 1_000_000;
        accounts.alerts()
                .store(new Alert(
                        id,
                        user,
                        device,
                        "soil_moisture",
                        level,
                        level == Level.OK ? Level.CRIT : Level.OK,
                        OptionalDouble.of(level == Level.OK ? 48 : 20),
                        "35",
                        message,
                        ns,
                        ns));
    }

    /** The board's word, as a bridge stores it. */
    void online(String user, String device, Instant since) {
        say(user, device, BoardState.ONLINE, since);
    }

    void offline(String user, String device, Instant since) {
        say(user, device, BoardState.OFFLINE, since);
    }

    private void say(String user, String device, BoardState state, Instant at) {
        long ns = at.toEpochMilli() * 1_000_000;
        accounts.statuses().keep(List.of(new StatusReport(user, device, state, ns, ns, at)));
    }

    void refused(String user, String payload, String reason) {
        accounts.refusedReadings()
                .add(new RefusedReading(
                        payload, user, "plantbuddy/" + user + "/01/soil_moisture", payload, reason, Instant.now()));
    }

    /** As the broker notes it; {@code device} is empty for the user's own clients. */
    void denied(String user, String device, String kind, String reason, int times) {
        Instant now = Instant.now();
        accounts.deniedRequests()
                .add(List.of(new DeniedRequest(user, device, kind, reason, "", "", times, times, now, now)));
    }

    @Override
    public void close() {
        web.close();
        accounts.close();
        influxd.close();
    }
}
