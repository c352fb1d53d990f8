package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class RefusedReadingsTest {

    @RegisterExtension
    final OpenAccounts open;

    RefusedReadingsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void redeliveredMessageIsKeptOnce() {
        open.get().users().add("rick", "correct horse");
        RefusedReadings refused = open.get().refusedReadings();

        assertThat(refused.add(reading("a", "rick", 1))).isTrue();
        assertThat(refused.add(reading("a", "rick", 2))).isFalse();
        assertThat(refused.add(reading("b", "nobody", 3))).isFalse();
        assertThat(refused.newest("rick", 10)).containsExactly(reading("a", "rick", 1));
    }

    @Test
    void newestThousandOfEachUserAreKept() {
        open.get().users().add("rick", "correct horse");
        open.get().users().add("anna", "correct horse");
        RefusedReadings refused = open.get().refusedReadings();
        assertThat(refused.add(reading("annas", "anna", 0))).isTrue();
        for (int i = 0; i < RefusedReadings.KEPT_PER_USER + 5; i++) {
            refused.add(reading("id" + i, "rick", i));
        }

        assertThat(refused.newest("rick", 5_000))
                .hasSize(RefusedReadings.KEPT_PER_USER)
                .first()
                .isEqualTo(reading("id1004", "rick", 1_004));
        assertThat(refused.newest("anna", 10)).hasSize(1);
    }

    @Test
    void ofManyAtOnceTheNewAreKeptAndTold() {
        open.get().users().add("rick", "correct horse");
        RefusedReadings refused = open.get().refusedReadings();
        refused.add(reading("b", "rick", 1));

        assertThat(refused.add(List.of(reading("a", "rick", 2), reading("b", "rick", 2), reading("c", "nobody", 2))))
                .containsExactly(reading("a", "rick", 2));
        assertThat(refused.add(List.of())).isEmpty();
        assertThat(refused.newest("rick", 10)).containsExactly(reading("a", "rick", 2), reading("b", "rick", 1));
    }

    @Test
    void whatIsTooLongIsCutAndNulIsReplaced() {
        open.get().users().add("rick", "correct horse");
        RefusedReadings refused = open.get().refusedReadings();
        refused.add(
                new RefusedReading("a", "rick", "t".repeat(70_000), "\0" + "p".repeat(70_000), "r", OpenAccounts.NOW));

        assertThat(refused.newest("rick", 1)).first().satisfies(kept -> {
            assertThat(kept.topic()).hasSize(512);
            assertThat(kept.payload()).hasSize(1_024).startsWith("\uFFFDp");
        });
    }

    private static RefusedReading reading(String id, String user, int second) {
        return new RefusedReading(
                id, user, "plantbuddy/x/01/light", "ERR", "not a number", OpenAccounts.NOW.plusSeconds(second));
    }
}
