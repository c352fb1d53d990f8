package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class DailyReadingsTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-24");
    private static final long DEFAULT = 5_000_000;

    @RegisterExtension
    final OpenAccounts open;

    DailyReadingsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void whatSeveralBridgesStoreOnADayAddsUp() {
        open.get().users().add("rick", "correct horse");
        DailyReadings daily = open.get().dailyReadings();
        daily.add(TODAY, Map.of("rick", 10L));

        assertThat(daily.add(TODAY, Map.of("rick", 5L, "nobody", 7L)))
                .isEqualTo(Map.of("rick", new DailyUse(15, DEFAULT)));
        assertThat(daily.of("rick", TODAY.plusDays(1))).isEqualTo(new DailyUse(0, DEFAULT));
        assertThat(daily.add(TODAY, Map.of())).isEmpty();
    }

    @Test
    void moreUsersThanOneQuestionHoldsAreAllAnswered() {
        open.get().users().add("rick", "correct horse");
        Map<String, Long> many = new HashMap<>();
        for (int i = 0; i < 1_200; i++) {
            many.put("u" + i, 0L);
        }
        many.put("rick", 1L);

        assertThat(open.get().dailyReadings().add(TODAY, many)).containsOnlyKeys("rick");
    }

    @Test
    void usersAreListedWithWhatTheyHaveThoseWhoStoreMostFirst() {
        Accounts accounts = open.get();
        LocalDate day = LocalDate.of(2026, 11, 24);
        for (String user : List.of("ulla", "vera")) {
            accounts.users().add(user, "correct horse");
        }
        accounts.users().invite("wim", Duration.ofHours(1));
        accounts.users().ensureCanary("canary-1");
        accounts.users().setOperator("ulla", true);
        accounts.devices().add("vera", "01");
        accounts.devices().add("vera", "02");
        accounts.devices().revoke("vera", "02");
        accounts.limits().set("vera", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(0)));
        accounts.dailyReadings().add(day, Map.of("vera", 7L));

        List<Usage> all = accounts.dailyReadings().usage(day, 1_000).stream()
                .filter(usage ->
                        List.of("ulla", "vera", "wim", "plantbuddy-canary").contains(usage.user()))
                .toList();
        assertThat(all)
                .containsExactly(
                        new Usage("vera", false, false, 2, 1, new DailyUse(7, 0)),
                        new Usage("ulla", true, false, 0, 0, new DailyUse(0, 5_000_000)),
                        new Usage("wim", false, true, 0, 0, new DailyUse(0, 5_000_000)));
        assertThat(accounts.dailyReadings().usage(day, 1))
                .extracting(Usage::user)
                .containsExactly("vera");
        open.later(Duration.ofHours(1));
        assertThat(accounts.dailyReadings().usage(day, 1_000))
                .as("a link whose time is over")
                .noneMatch(Usage::invited);
        assertThat(accounts.users().isOperator("ulla")).isTrue();
        assertThat(accounts.users().isOperator("nobody")).isFalse();
    }

    @Test
    void limitOfAUserHoldsUntilItIsTakenBack() {
        open.get().users().add("rick", "correct horse");
        DailyReadings daily = open.get().dailyReadings();
        daily.add(TODAY, Map.of("rick", 10L));
        open.get().limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(12)));

        assertThat(daily.of("rick", TODAY)).isEqualTo(new DailyUse(10, 12));
        assertThat(daily.of("rick", TODAY).left()).isEqualTo(2);
        long tenDays = Duration.ofDays(10).toMillis();
        open.get().limits().set("rick", Map.of(Limit.KEEP, OptionalLong.of(tenDays)));
        assertThat(daily.of("rick", TODAY)).isEqualTo(new DailyUse(10, 12, tenDays));
        open.get().limits().set("rick", Map.of(Limit.KEEP, OptionalLong.empty()));
        open.get().limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(0)));
        assertThat(daily.of("rick", TODAY).left()).isEqualTo(Long.MAX_VALUE);
        open.get().limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.empty()));
        assertThat(daily.of("rick", TODAY)).isEqualTo(new DailyUse(10, DEFAULT));
        assertThatThrownBy(() -> open.get().limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(-1))))
                .hasMessageContaining("0 for no limit");
        assertThatThrownBy(() -> open.get().limits().set("nobody", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(1))))
                .hasMessageContaining("no user 'nobody'");
    }

    @Test
    void daysOfARemovedUserAndOldDaysAreForgotten() {
        Users users = open.get().users();
        users.add("rick", "correct horse");
        users.add("anna", "correct horse");
        DailyReadings daily = open.get().dailyReadings();
        daily.add(TODAY.minusDays(32), Map.of("anna", 1L));
        daily.add(TODAY, Map.of("rick", 10L, "anna", 2L));
        users.remove("rick");
        daily.forgetOld(TODAY);

        assertThatThrownBy(() -> daily.of("rick", TODAY)).hasMessageContaining("no user 'rick'");
        assertThat(daily.of("anna", TODAY.minusDays(32)).readings()).isZero();
        assertThat(daily.of("anna", TODAY).readings()).isEqualTo(2);
    }
}
