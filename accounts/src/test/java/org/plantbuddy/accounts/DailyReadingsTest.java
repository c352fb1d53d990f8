package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.HashMap;
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
    void limitOfAUserHoldsUntilItIsTakenBack() {
        open.get().users().add("rick", "correct horse");
        DailyReadings daily = open.get().dailyReadings();
        daily.add(TODAY, Map.of("rick", 10L));
        daily.limit("rick", OptionalLong.of(12));

        assertThat(daily.of("rick", TODAY)).isEqualTo(new DailyUse(10, 12));
        assertThat(daily.of("rick", TODAY).left()).isEqualTo(2);
        daily.limit("rick", OptionalLong.of(0));
        assertThat(daily.of("rick", TODAY).left()).isEqualTo(Long.MAX_VALUE);
        daily.limit("rick", OptionalLong.empty());
        assertThat(daily.of("rick", TODAY)).isEqualTo(new DailyUse(10, DEFAULT));
        assertThatThrownBy(() -> daily.limit("rick", OptionalLong.of(-1))).hasMessageContaining("0 for no limit");
        assertThatThrownBy(() -> daily.limit("nobody", OptionalLong.of(1))).hasMessageContaining("no user 'nobody'");
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
