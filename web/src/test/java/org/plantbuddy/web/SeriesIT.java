package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.topic.SeriesName;

/** The lines of any time, from a real InfluxDB. */
class SeriesIT {

    private static MovableClock clock;
    private static final long WINDOW = 600;
    private static final long DAY = 86_400;

    private static final Map<String, Browser> browsers = new HashMap<>();
    private static Fixture fixture;
    private static long closed;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        clock = new MovableClock(Clock.systemUTC().instant());
        fixture = Fixture.start(folder, clock, Map.of());
        closed = Instant.now().getEpochSecond() / WINDOW * WINDOW;
        fixture.write("settings", List.of("downsampled until=" + closed * 1_000_000_000 + "i 0"));
        user("year", "01", "02");
        List<String> means = new ArrayList<>();
        for (long time = closed - 400 * DAY; time < closed; time += WINDOW) {
            for (String board : List.of("01", "02")) {
                means.add("light,user=year,device_id=" + board + " reading=" + time / DAY % 10 + ",reading_min="
                        + (time % DAY == 0 ? -5 : 0) + ",reading_max=" + 10 + ",reading_count=10i " + time);
            }
        }
        fixture.write("downsampled", means);
        fixture.write(
                "plantbuddy",
                IntStream.range(0, 360)
                        .mapToObj(minute -> "light,user=year,device_id=01 reading=" + minute + " "
                                + (Instant.now().getEpochSecond() - minute * 60L))
                        .toList());
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "24h, PT24H, 600, 144",
        "48h, PT48H, 600, 288",
        "7d, P7D, 1800, 336",
        "30d, P30D, 7200, 360",
        "1y, P365D, 86400, 366"
    })
    void serverPicksTheResolution(String range, Duration length, long step, int points) {
        JsonNode answer = ask("?device=02&band=true&range=" + range);
        assertThat(answer.get("step").asLong()).isEqualTo(step);
        JsonNode line = answer.get("series").get(0);
        assertThat(numbers(line, "times").size())
                .isBetween(points - 1, points + 1)
                .isLessThanOrEqualTo(600);
        assertThat(numbers(line, "times")).isSorted().allMatch(time -> time % step == 0);
        for (String name : List.of("values", "min", "max")) {
            assertThat(line.get(name)).hasSameSizeAs(line.get("times"));
        }
        assertThat(answer.get("to").asLong() - answer.get("from").asLong()).isEqualTo(length.toMillis());
    }

    @Test
    void dayOfAYearHasItsMeanItsLowestAndItsHighestReading() {
        JsonNode line = ask("?device=01&band=true&range=1y").get("series").get(0);
        double day = numbers(line, "times").get(100);
        assertThat(numbers(line, "values").get(100)).isEqualTo(day / DAY % 10);
        assertThat(numbers(line, "min").get(100)).isEqualTo(-5);
        assertThat(numbers(line, "max").get(100)).isEqualTo(10);
        assertThat(line.get("lowest").asDouble()).isEqualTo(-5);
        assertThat(line.get("highest").asDouble())
                .as("a reading of the newest minutes")
                .isGreaterThanOrEqualTo(10);
        assertThat(line.get("lowestAt").asDouble() % DAY).isZero();
        assertThat(line.get("mean").asDouble()).isBetween(4.0, 5.5);
    }

    @Test
    void shortTimeIsShownAsReadingsAndAnOldOneAsWindows() {
        Instant now = clock.instant();
        JsonNode hours = ask("?device=01&from=" + now.minus(Duration.ofHours(3)));
        assertThat(hours.get("step").asLong()).isZero();
        assertThat(hours.get("series").get(0).get("times").size()).isBetween(178, 182);

        Instant old = Instant.ofEpochSecond(closed - 100 * DAY);
        JsonNode before = ask("?device=01&from=" + old + "&to=" + old.plus(Duration.ofHours(2)));
        assertThat(before.get("step").asLong()).isEqualTo(600);
        assertThat(numbers(before.get("series").get(0), "times"))
                .hasSize(12)
                .startsWith((double) old.getEpochSecond())
                .endsWith((double) old.getEpochSecond() + 7200 - 600);
    }

    @Test
    void tooManyReadingsAreShownAsShortWindows() {
        user("busy", "01");
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        fixture.write(
                "plantbuddy",
                IntStream.range(0, 3600)
                        .mapToObj(second -> "light,user=busy,device_id=01 reading=" + second + ".5 "
                                + now.minusSeconds(second).getEpochSecond())
                        .toList());
        JsonNode answer = as("busy", "?band=true&from=" + now.minus(Duration.ofHours(1)));
        assertThat(answer.get("step").asLong()).isEqualTo(10);
        JsonNode line = answer.get("series").get(0);
        assertThat(line.get("times").size()).isBetween(355, 362);
        assertThat(numbers(line, "max").get(10) - numbers(line, "min").get(10)).isEqualTo(9);
    }

    @Test
    void silenceIsAGapAndLateReadingsFillItWithinSeconds() {
        user("gap", "01");
        List<String> means = new ArrayList<>();
        for (long time = closed - 2 * DAY; time < closed; time += WINDOW) {
            if (time < closed - DAY || time >= closed - DAY + 3 * 3600) {
                means.add(
                        "light,user=gap,device_id=01 reading=1,reading_min=1,reading_max=1,reading_count=10i " + time);
            }
        }
        fixture.write("downsampled", means);
        JsonNode line = as("gap", "?range=48h").get("series").get(0);
        long gaps = StreamSupport.stream(line.get("values").spliterator(), false)
                .filter(JsonNode::isNull)
                .count();
        assertThat(gaps).isEqualTo(1);

        long late = closed - DAY + 3600;
        fixture.write("plantbuddy", List.of("light,user=gap,device_id=01 reading=7 " + late));
        fixture.write(
                "settings",
                List.of("late,user=gap,device_id=01,bridge=b from=" + late * 1_000_000_000 + "i,until="
                        + (late * 1_000_000_000 + 1) + "i " + Instant.now().getEpochSecond()));
        clock.move(Duration.ofSeconds(5));
        assertThat(numbers(as("gap", "?range=48h").get("series").get(0), "values"))
                .contains(7.0);
    }

    @Test
    void onlyWhatCameSinceAMomentIsTold() {
        long before = Instant.now().minusSeconds(3600).toEpochMilli();
        JsonNode line = ask("?device=01&sensor=light&range=24h&since=" + before)
                .get("series")
                .get(0);
        assertThat(numbers(line, "times"))
                .isNotEmpty()
                .allMatch(time -> time > before / 1000.0 - WINDOW)
                .hasSizeLessThan(40);
        assertThat(ask("?range=24h&since=" + Instant.now().plusSeconds(7200).toEpochMilli())
                        .get("series"))
                .isEmpty();
    }

    @Test
    void boardsAndSensorsAreChosenByName() {
        assertThat(ask("").get("series")).hasSize(2).allMatch(line -> !line.has("min") && !line.has("max"));
        assertThat(ask("?device=02").get("series").findValuesAsText("device")).containsExactly("02");
        assertThat(ask("?device=01&device=02").get("series")).hasSize(2);
        assertThat(ask("?sensor=humidity").get("series")).isEmpty();
        assertThat(ask("").get("known")).hasSize(2);
    }

    @Test
    void boardOfAnotherIsNotThere() {
        user("other", "secret");
        assertThat(signedIn("year").get("/api/v1/series?device=secret").statusCode())
                .isEqualTo(404);
        assertThat(signedIn("year")
                        .get("/api/v1/series?device=01&device=secret")
                        .statusCode())
                .isEqualTo(404);
        assertThat(as("other", "").get("series")).isEmpty();
        assertThat(new Browser(fixture.url()).get("/api/v1/series?range=7d").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "range=3w",
                "range=24h&from=2026-01-01T00:00:00Z",
                "to=2026-01-01T00:00:00Z",
                "from=yesterday",
                "from=2026-01-01T00:00:00",
                "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                "from=2199-01-01T00:00:00Z",
                "from=9223372036854775807",
                "from=%2B999999999-12-31T23:59:59Z",
                "from=1960-01-01T00:00:00Z",
                "device=UPPER",
                "device=01%22)%20or%20true%20or%20(r.device_id%20==%20%22x",
                "sensor=$%7Buser%7D",
                "since=soon",
            })
    void whatCannotBeAskedIsSaid(String question) throws IOException {
        HttpResponse<String> answer = signedIn("year").get("/api/v1/series?" + question);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void manyNamesAreRefused() {
        String many = "sensor=s"
                + String.join(
                        "&sensor=s",
                        IntStream.range(0, 33).mapToObj(Integer::toString).toList());
        assertThat(signedIn("year").get("/api/v1/series?" + many).statusCode()).isEqualTo(400);
    }

    @Test
    void tenYearsAreTheMost() {
        JsonNode answer = ask("?from=1990-01-01T00:00:00Z");
        assertThat(answer.get("step").asLong() % DAY).isZero();
        assertThat(answer.get("series").get(0).get("times").size()).isLessThanOrEqualTo(600);
        assertThat(Duration.ofMillis(
                                answer.get("to").asLong() - answer.get("from").asLong())
                        .toDays())
                .isLessThanOrEqualTo(3653);
    }

    private static void user(String user, String... boards) {
        fixture.accounts.users().add(user, Fixture.PASSWORD);
        for (String board : boards) {
            fixture.accounts.devices().add(user, board);
            fixture.accounts.sensors().admit(new SeriesName(user, board, "light"));
        }
    }

    private static JsonNode ask(String question) {
        return as("year", question);
    }

    private static JsonNode as(String user, String question) {
        HttpResponse<String> answer = signedIn(user).get("/api/v1/series" + question);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Double> numbers(JsonNode line, String name) {
        return StreamSupport.stream(line.get(name).spliterator(), false)
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .toList();
    }

    private static Browser signedIn(String user) {
        return browsers.computeIfAbsent(user, name -> {
            Browser browser = new Browser(fixture.url());
            assertThat(browser.signIn(name, Fixture.PASSWORD).statusCode()).isEqualTo(303);
            return browser;
        });
    }
}
