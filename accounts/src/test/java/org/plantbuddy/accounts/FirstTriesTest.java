package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.time.EpochNs;

@ParameterizedClass
@EnumSource(Database.class)
class FirstTriesTest {

    @RegisterExtension
    final OpenAccounts open;

    FirstTriesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void secondTryHasTheTimeOfTheFirstOfThatBoardAlone() {
        open.get().users().add("rick", "a password of rick");
        open.get().devices().add("rick", "01");
        open.get().devices().add("rick", "02");
        FirstTries tries = open.get().firstTries();

        assertThat(tries.timeOf("rick", "01", "key", 100)).isEqualTo(100);
        assertThat(tries.timeOf("rick", "01", "key", 200)).isEqualTo(100);
        assertThat(tries.timeOf("rick", "02", "key", 300)).isEqualTo(300);
        assertThat(tries.timeOf("rick", "01", "other", 400)).isEqualTo(400);
    }

    @Test
    void oldOnesGo() {
        open.get().users().add("rick", "a password of rick");
        open.get().devices().add("rick", "01");
        FirstTries tries = open.get().firstTries();
        long now = EpochNs.of(OpenAccounts.NOW);
        int sent = FirstTries.KEPT_OF_BOARD + 200;
        for (int i = 0; i < sent; i++) {
            tries.timeOf("rick", "01", "key" + i, now + i);
        }

        assertThat(tries.timeOf("rick", "01", "key0", now + sent)).isEqualTo(now + sent);
        assertThat(tries.timeOf("rick", "01", "key" + (sent - FirstTries.KEPT_OF_BOARD), now + sent))
                .isEqualTo(now + sent - FirstTries.KEPT_OF_BOARD);
        long kept = open.get()
                .jdbi()
                .withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM first_tries")
                        .mapTo(Long.class)
                        .one());
        assertThat(kept).isLessThan(FirstTries.KEPT_OF_BOARD + 100L);
    }
}
