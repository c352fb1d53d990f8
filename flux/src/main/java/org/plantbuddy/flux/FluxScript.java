package org.plantbuddy.flux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.topic.Names;

/**
 * One script of {@code flux/}, ready to run: its {@code option} line holds checked values, {@code prelude.flux} is where it
 * asks for it, the rest is the file as it is. Immutable.
 *
 * @param name of the file without {@code .flux}; the task of a script is called {@code plantbuddy-} and this name
 * @param text Flux
 */
public record FluxScript(String name, String text) {

    /** What the names of Plant Buddy's tasks begin with. */
    public static final String TASK_PREFIX = "plantbuddy-";

    /** Key in InfluxDB's secret store of the bearer secret the notification rule posts with. */
    public static final String NOTIFY_SECRET = "plantbuddy-notify";

    /** The line of a script in whose place {@code prelude.flux} comes. */
    private static final String PRELUDE = "// prelude.flux\n";

    private static final String IMPORT = "import ";

    /**
     * All that InfluxDB runs by itself.
     *
     * @param checkEvery how often readings are judged
     * @param notifyUrl where InfluxDB reaches the bridge
     */
    public static List<FluxScript> tasks(Duration checkEvery, URI notifyUrl) {
        return List.of(downsample(), check(checkEvery), deadman(), notificationRule(notifyUrl), operator(checkEvery));
    }

    /** The task that keeps 10-minute windows of all readings. */
    public static FluxScript downsample() {
        return load("downsample");
    }

    /**
     * The script of {@link #downsample()} for what was imported: it computes the closed windows of one user between the
     * two times, whenever it is run, and leaves the task's own progress alone.
     */
    public static FluxScript backfill(String user, Instant start, Instant stop) {
        if (!start.isBefore(stop)) {
            throw new IllegalArgumentException("a backfill must start before it stops: " + start + " to " + stop);
        }
        return load("downsample")
                .with(
                        "option backfill = {user: \"\", start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:00:00Z}",
                        "option backfill = {user: \"" + Names.requireUser(user) + "\", start: " + start + ", stop: "
                                + stop + "}");
    }

    /** The task that judges readings, run every {@code every} (a second to an hour). */
    public static FluxScript check(Duration every) {
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("the check must run every 1s to 1h, not every " + every);
        }
        return load("check")
                .with("every: 10s}", "every: " + every.toSeconds() + "s}")
                .with("{sensor: \"\", crit_below: 0.0, hysteresis: 0.0}", DefaultThreshold.SOIL_MOISTURE.option());
    }

    /** The task that tells of silent boards. */
    public static FluxScript deadman() {
        return load("deadman");
    }

    /** The task that tells the operator of tasks that fail or are late. */
    public static FluxScript operator(Duration checkEvery) {
        return load("operator")
                .with(
                        "{check_late: 60}",
                        "{check_late: "
                                + lateAfter("plantbuddy-check", checkEvery).toSeconds() + "}");
    }

    /** How the tasks went in the last hour. */
    public static FluxScript taskRuns() {
        return load("task_runs");
    }

    /** Without a success for so long a task is late; the same limits as in {@code operator.flux}. */
    public static Duration lateAfter(String taskName, Duration checkEvery) {
        return switch (taskName) {
            case "plantbuddy-check" -> max(Duration.ofMinutes(1), checkEvery.multipliedBy(3));
            case "plantbuddy-notification-rule", "plantbuddy-deadman" -> Duration.ofMinutes(1);
            case "plantbuddy-downsample" -> Duration.ofMinutes(25);
            default -> Duration.ofSeconds(70);
        };
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The task that posts changes of level to {@code url} (http or https). */
    public static FluxScript notificationRule(URI url) {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("the notification URL must be http or https with a host, not " + url);
        }
        return load("notification_rule")
                .with(
                        "http://127.0.0.1:8081/notify",
                        url.toASCIIString()
                                .replace("\\", "%5C")
                                .replace("\"", "%22")
                                .replace("$", "%24"));
    }

    /** What boards have measured, in windows of 10 minutes or a multiple of that. */
    public static FluxScript graph(LineQuery query) {
        if (query.step().isZero() || query.step().toSeconds() % LineQuery.WINDOW.toSeconds() != 0) {
            throw new IllegalArgumentException(
                    "windows of " + query.step() + " are not put together from " + LineQuery.WINDOW);
        }
        return load("graph").asking(query, "10m");
    }

    /** What boards have measured in a short time: each reading, or windows of less than 10 minutes. */
    public static FluxScript readings(LineQuery query) {
        return load("readings").asking(query, "0s");
    }

    private FluxScript asking(LineQuery query, String step) {
        return with(
                        "option plantbuddy = {user: \"\", start: 1970-01-01T00:00:00Z, stop: 2262-01-01T00:00:00Z,"
                                + " step: "
                                + step + "}",
                        query.option())
                .with("r.device_id == \"$device\"", query.devicesAre())
                .with("r._measurement == \"$sensor\"", query.sensorsAre());
    }

    /** The newest reading of each of {@code user}'s series, and how far the check has come. */
    public static FluxScript newest(String user) {
        return load("newest").with("$user", Names.requireUser(user));
    }

    /** All points of one user in a bucket. */
    public static FluxScript export(String user, Bucket bucket) {
        // The placeholder stands in the comment as well.
        return load("export")
                .with("bucket: \"$bucket\"", "bucket: \"" + bucket + "\"")
                .with("$user", Names.requireUser(user));
    }

    /** The points of some boards, with all their fields in a row. */
    public static FluxScript points(Bucket bucket, LineQuery query) {
        return load("points")
                .with("bucket: \"$bucket\"", "bucket: \"" + bucket + "\"")
                .asking(query, "0s");
    }

    /** How often each of {@code user}'s series usually has a reading. */
    public static FluxScript usual(String user) {
        return load("usual").with("$user", Names.requireUser(user));
    }

    /** The thresholds of one user. */
    public static FluxScript thresholds(String user) {
        return load("thresholds").with("$user", Names.requireUser(user));
    }

    /** The thresholds of former versions, of all users, and which of today's there are. */
    public static FluxScript formerThresholds() {
        return load("former_thresholds");
    }

    /**
     * What the check, run every {@code every}, would have judged of one sensor.
     *
     * @param device {@code *} for all of the user's boards
     */
    public static FluxScript preview(String user, String device, String sensor, Duration every, Duration window) {
        return load("preview")
                .with("$sensor", Names.requireSensor(sensor))
                .with("$user", Names.requireUser(user))
                .ofBoard(device)
                .with("every: 10s", "every: " + every.toSeconds() + "s")
                .with("start: -48h", "start: -" + window.toHours() + "h");
    }

    /**
     * When the boards were silent.
     *
     * @param device {@code *} for all of the user's boards
     * @param window how far to look back, whole hours
     */
    public static FluxScript silences(String user, String device, Duration window) {
        return load("silences")
                .with("$user", Names.requireUser(user))
                .ofBoard(device)
                .with("d: 48h", "d: " + window.toHours() + "h");
    }

    /** All boards: a condition that is asked for already, so that InfluxDB's storage can go on answering it. */
    private FluxScript ofBoard(String device) {
        return device.equals("*")
                ? with("r.device_id == \"$device\"", "r._field == \"reading\"")
                : with("$device", Names.requireDevice(device));
    }

    /** The name of the script's task in InfluxDB. */
    public String taskName() {
        return TASK_PREFIX + name.replace('_', '-');
    }

    static FluxScript load(String name) {
        String script = read(name);
        return new FluxScript(name, script.contains(PRELUDE) ? withPrelude(script) : script);
    }

    /** The prelude's imports come in front of the script's, the rest of it where the script says so. */
    private static String withPrelude(String script) {
        String prelude = read("prelude");
        String imports = prelude.lines()
                .filter(line -> line.startsWith(IMPORT) && !script.contains(line))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        int first = script.indexOf("\n" + IMPORT) + 1;
        String shared = prelude.substring(prelude.indexOf("// ----"));
        return script.substring(0, first) + imports + script.substring(first).replace(PRELUDE, shared);
    }

    private static String read(String name) {
        String file = name + ".flux";
        try (InputStream in = FluxScript.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not packed with this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** The values given here have been checked by the caller: nothing else is ever put into a script. */
    private FluxScript with(String placeholder, String value) {
        int at = text.indexOf(placeholder);
        if (at < 0 || text.indexOf(placeholder, at + 1) >= 0) {
            throw new IllegalStateException(name + ".flux must have exactly once: " + placeholder);
        }
        return new FluxScript(name, text.replace(placeholder, value));
    }
}
