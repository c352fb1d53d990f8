package org.plantbuddy.bridge.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.OnboardingRequest;
import com.influxdb.client.domain.WritePrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;

class SeenMarksIT {

    private static final String ORG = "plantbuddy";
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static InfluxdProcess influxd;
    private static Influx influx;
    private static InfluxDBClient client;

    private SeenMarks marks;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder, 0);
        String url = influxd.url().toString();
        InfluxDBClientFactory.onBoarding(
                url,
                new OnboardingRequest()
                        .username("operator")
                        .password("only-a-test")
                        .org(ORG)
                        .bucket("settings")
                        .token("operator-of-a-test"));
        influx = new Influx(new InfluxAddress(url, ORG, new Secret("operator-of-a-test")), Duration.ofMinutes(1));
        client = InfluxDBClientFactory.create(url, "operator-of-a-test".toCharArray(), ORG, "settings");
    }

    @AfterAll
    static void stop() {
        influx.close();
        client.close();
        influxd.close();
    }

    /** Whatever an earlier test left is written again: same series, same times. */
    @BeforeEach
    void start() {
        marks = new SeenMarks(influx);
        write();
    }

    private static void write() {
        for (int minutes : List.of(1, 119, 121, 300, 100_000)) {
            line("late,bridge=b,user=rick,device_id=m" + minutes + " from=1i,until=2i", minutes);
        }
        line("threshold,user=rick,device_id=01,sensor=light crit_below=1.0", 300);
    }

    @Test
    void marksThatAllTasksHaveSeenAreDeletedAndNothingElse() {
        marks.delete(List.of(task("check", 0), task("deadman", 0), task("downsample", 0), task("operator", 900)), NOW);

        assertThat(devices()).containsExactlyInAnyOrder("m1", "m119", "01");
    }

    @Test
    void marksThatOneTaskMayNotHaveSeenStay() {
        marks.delete(List.of(task("check", 0), task("deadman", 0), task("downsample", 30)), NOW);

        assertThat(devices()).containsExactlyInAnyOrder("m1", "m119", "m121", "01");
    }

    @Test
    void marksStayWhileATaskHasNotSucceededForAnHour() {
        marks.delete(List.of(task("check", 0), task("deadman", 0)), NOW);
        TaskRuns failing = new TaskRuns("plantbuddy-downsample", 6, 6, NOW, Instant.EPOCH, Duration.ZERO, true);
        marks.delete(List.of(task("check", 0), task("deadman", 0), failing), NOW);

        assertThat(devices()).hasSize(6);
    }

    @Test
    void theyAreDeletedOnceAnHour() {
        List<TaskRuns> all = List.of(task("check", 0), task("deadman", 0), task("downsample", 0));
        marks.delete(all, NOW);
        write();
        marks.delete(all, NOW.plusSeconds(3599));
        assertThat(devices()).hasSize(6);

        marks.delete(all, NOW.plusSeconds(3600));
        assertThat(devices()).hasSize(3);
    }

    private static TaskRuns task(String name, int minutesAgo) {
        Instant at = NOW.minus(Duration.ofMinutes(minutesAgo));
        return new TaskRuns("plantbuddy-" + name, 6, 0, at, at, Duration.ofSeconds(1), false);
    }

    private static void line(String text, int minutesAgo) {
        Instant at = NOW.minus(Duration.ofMinutes(minutesAgo));
        client.getWriteApiBlocking()
                .writeRecord(
                        "settings",
                        ORG,
                        WritePrecision.NS,
                        text + " " + (at.getEpochSecond() * 1_000_000_000 + at.getNano()));
    }

    private static List<String> devices() {
        return client
                .getQueryApi()
                .query(
                        "from(bucket: \"settings\") |> range(start: 0)"
                                + " |> filter(fn: (r) => r._field == \"from\" or r._field == \"crit_below\")"
                                + " |> keep(columns: [\"device_id\"])",
                        ORG)
                .stream()
                .flatMap(table -> table.getRecords().stream())
                .map(row -> String.valueOf(row.getValueByKey("device_id")))
                .toList();
    }
}
