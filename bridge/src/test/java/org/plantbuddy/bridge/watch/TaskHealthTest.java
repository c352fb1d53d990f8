package org.plantbuddy.bridge.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.testing.MovableClock;

/** Tasks that run on a clock that is moved, and are looked at as a bridge does. */
class TaskHealthTest {

    private static final Instant START = Instant.parse("2026-11-27T12:00:07Z");
    private static final int LOOK_EVERY_S = 15;

    /** As in {@code flux/}, in seconds. */
    private static final Map<String, Integer> TASKS = Map.of(
            "plantbuddy-check", 10,
            "plantbuddy-notification-rule", 5,
            "plantbuddy-deadman", 30,
            "plantbuddy-downsample", 600,
            "plantbuddy-operator", 60);

    private final MovableClock clock = new MovableClock(START);
    private final TaskHealth health = new TaskHealth(Duration.ofSeconds(10), clock);
    private final Map<String, Integer> takes = new HashMap<>();
    private final Map<String, Instant> running = new HashMap<>();
    private final Map<String, TaskRuns> ended = new HashMap<>();
    private final Set<String> active = new HashSet<>(TASKS.keySet());
    private final Set<String> stuck = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private boolean answers = true;
    private int second;

    @BeforeEach
    void fast() {
        TASKS.keySet().forEach(task -> takes.put(task, 1));
    }

    private void pass(int seconds) {
        for (int end = second + seconds; second < end; second++) {
            TASKS.forEach(this::run);
            if (second % LOOK_EVERY_S == 0) {
                look();
            }
            clock.move(Duration.ofSeconds(1));
        }
    }

    private void look() {
        if (answers) {
            health.saw(Set.copyOf(active), List.copyOf(ended.values()));
        } else {
            health.sawNothing("it does not answer");
        }
        health.problem().ifPresent(problems::add);
    }

    private void run(String task, int every) {
        Instant now = clock.instant();
        Instant began = running.get(task);
        if (began != null && Duration.between(began, now).toSeconds() >= takes.getOrDefault(task, 1)) {
            running.remove(task);
            ended.put(task, new TaskRuns(task, 9, 0, began, began, Duration.between(began, now), false));
        }
        boolean starts = answers && active.contains(task) && !stuck.contains(task);
        if (starts && !running.containsKey(task) && isDue(task, every, now)) {
            running.put(task, now);
        }
    }

    /** One that was missed, since the run before took so long or InfluxDB was away, begins at once. */
    private boolean isDue(String task, int every, Instant now) {
        Instant newest =
                Optional.ofNullable(ended.get(task)).map(TaskRuns::newest).orElse(START.minusSeconds(1));
        return now.getEpochSecond() / every > newest.getEpochSecond() / every;
    }

    @Test
    void tasksThatRunAreWellFromTheStartOn() {
        pass(7_200);
        assertThat(problems).isEmpty();
    }

    /** The rule posts for 20 s at most. */
    @ParameterizedTest
    @ValueSource(ints = {9, 25, 35})
    void tasksThatTakeLongAreWell(int seconds) {
        pass(300);
        TASKS.keySet().forEach(task -> takes.put(task, seconds));
        pass(3_600);
        assertThat(problems).isEmpty();
        fast();
        pass(600);
        assertThat(problems).isEmpty();
    }

    /** So that with 20 s until another process tells it the operator hears of it within two minutes; at any phase of the looks. */
    @ParameterizedTest
    @ValueSource(ints = {300, 303, 306, 309, 312, 315})
    void taskThatHangsIsLateWithin95SecondsOfItsLastSuccess(int when) {
        for (String task : List.of("plantbuddy-check", "plantbuddy-notification-rule", "plantbuddy-deadman")) {
            pass(when);
            stuck.add(task);
            pass(2); // until the run that has begun ends
            Instant last = Objects.requireNonNull(ended.get(task)).succeeded();
            pass(95 - (int) Duration.between(last, clock.instant()).toSeconds());
            assertThat(health.problem()).as(task).get().asString().startsWith("task " + task + " has not succeeded");
            assertThat(health.since()).isEqualTo(last.toEpochMilli());
            stuck.clear();
            pass(60);
            assertThat(health.problem()).isEmpty();
        }
    }

    @Test
    void taskThatIsSwitchedOffOrDeletedIsSeenAtTheNextLookHoweverSeldomItRuns() {
        pass(900);
        active.remove("plantbuddy-downsample");
        pass(LOOK_EVERY_S);
        assertThat(health.problem()).get().asString().contains("task plantbuddy-downsample is switched off");
        assertThat(health.since()).as("while somebody provisions it is gone").isZero();
        active.add("plantbuddy-downsample");
        pass(LOOK_EVERY_S);
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void runThatFailedIsSeenUntilOneSucceeds() {
        pass(300);
        Instant now = clock.instant();
        stuck.add("plantbuddy-check");
        ended.put("plantbuddy-check", new TaskRuns("plantbuddy-check", 9, 1, now, now, Duration.ZERO, true));
        pass(LOOK_EVERY_S);
        assertThat(health.problem()).get().asString().contains("newest run of task plantbuddy-check failed (1 of 9");
        stuck.clear();
        pass(30);
        assertThat(health.problem()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 55, 90, 3_600})
    void tasksCatchUpAfterInfluxDbWasAway(int seconds) {
        pass(1_000);
        answers = false;
        pass(seconds);
        assertThat(health.since()).as("a restart").isZero();
        answers = true;
        stuck.addAll(TASKS.keySet());
        pass(30); // until they run again
        stuck.clear();
        pass(3_600);
        assertThat(problems).allMatch(problem -> problem.contains("cannot be asked"));
    }

    @Test
    void tasksThatDoNotRunAfterInfluxDbWasAwayAreLate() {
        pass(300);
        answers = false;
        pass(300);
        answers = true;
        stuck.addAll(TASKS.keySet());
        pass(90);
        assertThat(health.problem()).get().asString().contains("has not succeeded for");
    }

    @Test
    void tasksAreNotLateWhenTheMachineWakesUp() {
        pass(1_000);
        clock.move(Duration.ofHours(8));
        look();
        pass(3_600);
        assertThat(problems).isEmpty();
    }
}
