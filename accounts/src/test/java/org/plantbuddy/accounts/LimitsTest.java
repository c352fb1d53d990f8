package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/** What a user may have at most holds however many ask at once. */
@ParameterizedClass
@EnumSource(Database.class)
class LimitsTest {

    private static final int AT_ONCE = 8;

    @RegisterExtension
    final OpenAccounts open;

    LimitsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void trimIsOneBridgesUntilTheTurnComesAgainOrItIsGivenBack() {
        Limits limits = open.get().limits();
        for (String user : List.of("rick", "anna", "tom")) {
            open.get().users().add(user, "correct horse");
        }
        OptionalLong tenDays = OptionalLong.of(Duration.ofDays(10).toMillis());
        limits.set("rick", Map.of(Limit.KEEP, tenDays));
        limits.set("anna", Map.of(Limit.KEEP, tenDays));
        Duration hour = Duration.ofHours(1);
        open.later(Duration.ofMinutes(19));

        List<Limits.Trim> first = limits.takeTrims(hour, 1);
        List<Limits.Trim> second = limits.takeTrims(hour, 9);
        assertThat(first)
                .singleElement()
                .isEqualTo(new Limits.Trim(
                        "anna", OpenAccounts.NOW.minus(Duration.ofDays(10)).minus(Duration.ofMinutes(50))));
        assertThat(second).extracting(Limits.Trim::user).containsExactly("rick");
        assertThat(limits.takeTrims(hour, 9)).isEmpty();

        limits.giveBack(second.get(0));
        assertThat(limits.takeTrims(hour, 9)).isEqualTo(second);
        open.later(hour);
        assertThat(limits.takeTrims(hour, 9)).hasSize(2);
        limits.set("rick", Map.of(Limit.KEEP, OptionalLong.empty()));
        open.later(hour);
        assertThat(limits.takeTrims(hour, 9)).extracting(Limits.Trim::user).containsExactly("anna");
    }

    @Test
    void boardsAddedAtOnceAreNoMoreThanAUserMayHave() throws Exception {
        open.get().users().add("rick", "correct horse");
        int added = atOnce(40, i -> () -> {
            open.get().devices().add("rick", "b" + i, 20);
            return true;
        });
        assertThat(added).isEqualTo(20);
        assertThat(open.get().devices().list("rick")).hasSize(20);
    }

    @Test
    void boardThatIsKnownCanBeAddedAgainAtTheLimit() {
        open.get().users().add("rick", "correct horse");
        open.get().devices().add("rick", "01", 1);
        open.get().devices().revoke("rick", "01");
        assertThat(open.get().devices().add("rick", "01", 1).username()).isEqualTo("rick/01");
    }

    /** All find room for one before the first may write. */
    @Test
    void sensorsThatComeAtOnceAreNoMoreThanABoardMayHave() throws Exception {
        open.get().users().add("rick", "correct horse");
        int most = Names.MAX_SENSORS_PER_DEVICE;
        for (int i = 1; i < most; i++) {
            assertThat(isAdmitted("sensor_" + i)).isTrue();
        }
        CompletableFuture<Integer> admitted;
        try (Connection another = open.whileAnotherWrites()) {
            assertThat(another.isClosed()).isFalse();
            admitted = CompletableFuture.supplyAsync(() -> atOnce(AT_ONCE, i -> () -> isAdmitted("late_" + i)));
            TimeUnit.MILLISECONDS.sleep(500); // in which they look
        }
        assertThat(admitted.get()).isEqualTo(1);
        assertThat(open.get().sensors().list("rick")).hasSize(most);
    }

    private boolean isAdmitted(String sensor) {
        return open.get().sensors().admit(new SeriesName("rick", "01", sensor));
    }

    @Test
    void appTokensMadeAtOnceAreNoMoreThanAUserMayHave() throws Exception {
        open.get().users().add("rick", "correct horse");
        int made = atOnce(2 * AppTokens.MOST, i -> () -> {
            open.get().appTokens().create("rick", "app " + i);
            return true;
        });
        assertThat(made).isEqualTo(AppTokens.MOST);
        assertThat(open.get().appTokens().list("rick")).hasSize(AppTokens.MOST);
    }

    /** How many of them did it; the others were refused. */
    private static int atOnce(int tries, IntFunction<Callable<Boolean>> one) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Callable<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < tries; i++) {
                all.add(one.apply(i));
            }
            int done = 0;
            for (Future<Boolean> answer : threads.invokeAll(all)) {
                try {
                    done += answer.get() ? 1 : 0;
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(AccountException.class);
                }
            }
            return done;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
