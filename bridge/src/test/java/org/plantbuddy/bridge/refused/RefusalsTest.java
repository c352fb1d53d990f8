package org.plantbuddy.bridge.refused;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.RefusedReadings;
import org.plantbuddy.boards.Reason;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.mqtt.Outcome;

class RefusalsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> notices = new ArrayList<>();
    private Accounts accounts;
    private Refusals refusals;

    @BeforeEach
    void start(@TempDir Path data) {
        accounts = Accounts.open(Config.load(Map.of()).with(Map.of(Key.DATA, data.toString())), Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        accounts.users().add("anna", "correct horse");
        refusals = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) -> {
                    notices.add(topic + " " + new String(payload, StandardCharsets.UTF_8));
                    return CompletableFuture.completedFuture(new Outcome.Acknowledged());
                },
                meters,
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        accounts.close();
    }

    @Test
    void eachIsKeptCountedAndTold() throws Exception {
        refusals.add(List.of(refusal("rick", 1), refusal("anna", 2), refusal("rick", 3)));
        refusals.add(List.of(refusal("rick", 3)));
        assertThat(accounts.refusedReadings().newest("rick", 10)).hasSize(2);
        assertThat(accounts.refusedReadings().newest("anna", 10)).hasSize(1);
        assertThat(counted()).isEqualTo(3);
        assertThat(notices).hasSize(4).allMatch(notice -> notice.contains("'ERR' is not a number"));
    }

    @Test
    void aFloodOfThemIsCountedInFullKeptUpToItsBoundAndToldInAFewNotices() throws Exception {
        List<Refusal> flood = new ArrayList<>(refusals("rick", 30_000));
        flood.add(refusal("anna", 1));
        refusals.add(flood);
        assertThat(counted()).isEqualTo(30_001);
        assertThat(accounts.refusedReadings().newest("rick", 5_000)).hasSize(RefusedReadings.KEPT_PER_USER);
        assertThat(notices).hasSize(101);
        assertThat(notices.get(99)).contains("with it 29900 more");
        assertThat(notices.get(100)).startsWith("plantbuddy/anna/rejected");
    }

    @Test
    void aNoticeThatTheBrokerDoesNotTakeIsCountedWithAllItsReadings() {
        Refusals away = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) ->
                        CompletableFuture.completedFuture(new Outcome.Unknown("no connection to the broker")),
                meters,
                Clock.systemUTC());
        Refusal ofMany = new Refusal(
                "rick",
                "plantbuddy/rick/01/light",
                "[0]",
                Map.of(Reason.JSON, 300, Reason.DAY, 1),
                "301 together",
                "1");
        away.add(List.of(ofMany));
        assertThat(notTold()).isEqualTo(301);
        away.add(refusals("rick", 1_000));
        assertThat(notTold()).isEqualTo(1_301);
    }

    /** The time is for more than a hundred that would be waited for. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noticesUnderWayAreWaitedForByNobodyAndBoundedForEachUserAndForAllUntilTheyHaveArrivedOrFailed() {
        List<CompletableFuture<Outcome>> underWay = new ArrayList<>();
        Refusals slow = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) -> {
                    underWay.add(new CompletableFuture<>());
                    return underWay.get(underWay.size() - 1);
                },
                meters,
                Clock.systemUTC());
        for (int round = 0; round < 2; round++) {
            for (int user = 1; user <= 12; user++) {
                for (int some = 0; some < 6; some++) {
                    slow.add(refusals("user" + user, 20));
                }
                assertThat(underWay).hasSize(Math.min(user * 100, 1_000));
            }
            assertThat(notTold()).isEqualTo(round * 540 + 10 * 20 + 2 * 120);
            underWay.subList(0, 900).forEach(notice -> notice.complete(new Outcome.Acknowledged()));
            underWay.subList(900, 1_000).forEach(notice -> notice.complete(new Outcome.Unknown("lost")));
            underWay.clear();
        }
    }

    private double notTold() {
        return meters.get("plantbuddy.refusals.not.told").counter().count();
    }

    private double counted() {
        return meters.get("plantbuddy.readings.refused")
                .tag("reason", "not-a-number")
                .counter()
                .count();
    }

    private static List<Refusal> refusals(String user, int number) {
        return IntStream.range(0, number).mapToObj(i -> refusal(user, i)).toList();
    }

    private static Refusal refusal(String user, int number) {
        return new Refusal(
                user,
                "plantbuddy/" + user + "/01/light",
                "ERR",
                Reason.NOT_A_NUMBER,
                "'ERR' is not a number",
                Integer.toString(number));
    }
}
