package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator hears of tasks that fail or do not run. */
class OperatorIT {

    private static final List<String> TASKS = List.of("check", "deadman", "downsample", "notification-rule");

    @TempDir
    static Path folder;

    private static RealInflux influx;

    @BeforeAll
    static void start() throws Exception {
        influx = RealInflux.start(folder);
    }

    @AfterAll
    static void stop() {
        influx.close();
    }

    /** As InfluxDB writes it. */
    private static void ran(String task, Instant at, String status) {
        influx.write(
                "_tasks",
                "runs,status=" + status + ",taskID=" + Integer.toHexString(task.hashCode()) + " name=\"plantbuddy-"
                        + task + "\",finishedAt=\"" + at.plusMillis(250) + "\" " + RealInflux.nanos(at));
    }

    private static List<String> levels(Instant now) {
        return influx.run(FluxScript.operator(Duration.ofSeconds(10)), now).stream()
                .filter(row -> "lag".equals(row.getField()) || row.getValueByKey("lag") != null)
                .map(row -> row.getValueByKey("task") + " " + row.getValueByKey("_level"))
                .sorted()
                .toList();
    }

    @Test
    void failedAndLateTasksAreToldOnceAndOnceWhenTheyAreWell() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        assertThat(levels(now)).as("nothing has run").isEmpty();
        for (String task : TASKS) {
            ran(task, now.minusSeconds(30), "success");
        }
        assertThat(levels(now)).isEmpty();

        ran("check", now.minusSeconds(10), "failed");
        assertThat(levels(now)).containsExactly("plantbuddy-check warn");
        assertThat(levels(now.plusSeconds(20))).isEmpty();

        Instant later = now.plusSeconds(50);
        for (String task : List.of("deadman", "notification-rule")) {
            ran(task, later.minusSeconds(1), "success");
        }
        assertThat(levels(later)).containsExactly("plantbuddy-check crit");
        assertThat(levels(later.plusSeconds(5))).isEmpty();

        ran("check", later.plusSeconds(6), "success");
        assertThat(levels(later.plusSeconds(10))).containsExactly("plantbuddy-check ok");
        assertThat(levels(later.plusSeconds(15))).isEmpty();

        List<FluxRecord> statuses = influx.statuses();
        assertThat(statuses).hasSize(3).allMatch(status -> status.getValueByKey("user") == null);
        assertThat(statuses)
                .extracting(status -> status.getValueByKey("_message"))
                .containsExactly(
                        "plantbuddy-check failed",
                        "plantbuddy-check has not succeeded for 80 s",
                        "plantbuddy-check runs");

        List<FluxRecord> runs = influx.run(FluxScript.taskRuns(), later.plusSeconds(20));
        assertThat(runs).hasSize(4);
        FluxRecord check = runs.stream()
                .filter(row -> "plantbuddy-check".equals(row.getValueByKey("name")))
                .findFirst()
                .orElseThrow();
        assertThat(check.getValueByKey("runs")).isEqualTo(3L);
        assertThat(check.getValueByKey("failures")).isEqualTo(1L);
        assertThat(check.getValueByKey("failed")).isEqualTo(false);
        assertThat(check.getValueByKey("seconds")).isEqualTo(0.25);
        assertThat(check.getValueByKey("newest")).isEqualTo(RealInflux.nanos(later.plusSeconds(6)));

        levelsOfAnEarlierReleaseHold(later.plusSeconds(20));
    }

    /** It wrote them with the id of the check for silent boards. */
    private static void levelsOfAnEarlierReleaseHold(Instant then) {
        for (String task : List.of("downsample", "notification-rule")) {
            influx.write(
                    "_monitoring",
                    "statuses,_check_id=0000000000000004,_check_name=plantbuddy-operator,_level=crit,"
                            + "_source_measurement=runs,_type=custom,task=plantbuddy-" + task
                            + " _message=\"late\",_source_timestamp=1i,lag=1600 " + RealInflux.nanos(then));
        }
        ran("check", then.plusSeconds(45), "success");
        ran("deadman", then.plusSeconds(45), "success");

        assertThat(levels(then.plusSeconds(50))).containsExactly("plantbuddy-downsample ok");
        assertThat(levels(then.plusSeconds(55))).isEmpty();
        ran("notification-rule", then.plusSeconds(56), "success");
        assertThat(levels(then.plusSeconds(60))).containsExactly("plantbuddy-notification-rule ok");
    }
}
