package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class DrainsTest {

    @RegisterExtension
    final OpenAccounts open;

    DrainsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void firstTheBrokerIsAskedAndThenEachBridge() {
        Drains drains = open.get().drains();
        open.get().removals().alive("bridge-1");
        open.get().removals().alive("bridge-2");
        String id = drains.ask();

        assertThat(drains.inQueue()).containsExactly(id);
        assertThat(drains.inJournal("bridge-1")).isEmpty();
        assertThat(drains.progress(id)).isEqualTo(new Drains.Progress(true, List.of("bridge-1", "bridge-2"), 2));

        drains.leftQueue(id);
        assertThat(drains.inQueue()).isEmpty();
        assertThat(drains.inJournal("bridge-1")).containsExactly(id);

        drains.leftJournal(id, "bridge-1");
        drains.leftJournal(id, "bridge-1");
        assertThat(drains.inJournal("bridge-1")).isEmpty();
        assertThat(drains.progress(id)).isEqualTo(new Drains.Progress(false, List.of("bridge-2"), 2));

        drains.leftJournal(id, "bridge-2");
        assertThat(drains.progress(id)).isEqualTo(new Drains.Progress(false, List.of(), 2));

        drains.end(id);
        assertThat(drains.inJournal("bridge-3")).isEmpty();
        drains.leftJournal(id, "bridge-3");
    }

    @Test
    void bridgeThatDiesMeanwhileIsWaitedForAndOneThatDiedBeforeIsTold() {
        Drains drains = open.get().drains();
        open.get().removals().alive("bridge-1");
        open.get().removals().alive("bridge-2");
        open.later(Duration.ofMinutes(2));
        open.get().removals().alive("bridge-1");
        String id = drains.ask();
        drains.leftQueue(id);
        open.later(Duration.ofMinutes(10));

        assertThat(drains.progress(id)).isEqualTo(new Drains.Progress(false, List.of("bridge-1"), 1));
        assertThat(drains.silentBridges()).containsExactly("bridge-1", "bridge-2");

        open.get().removals().leaves("bridge-2", true);
        assertThat(drains.silentBridges()).containsExactly("bridge-1");
    }

    @Test
    void bridgeThatEndsInOrderIsNotWaitedForAndToldWhileReadingsAreInItsJournal() {
        Drains drains = open.get().drains();
        open.get().removals().alive("bridge-1");
        open.get().removals().alive("bridge-2");
        String id = drains.ask();
        drains.leftQueue(id);

        open.get().removals().leaves("bridge-2", false);
        assertThat(drains.progress(id)).isEqualTo(new Drains.Progress(false, List.of("bridge-1"), 1));
        assertThat(drains.silentBridges()).containsExactly("bridge-2");

        open.get().removals().emptied("bridge-2");
        open.get().removals().emptied("bridge-1");
        assertThat(drains.silentBridges()).isEmpty();
        assertThat(drains.progress(id).inJournals()).containsExactly("bridge-1");

        open.get().removals().leaves("bridge-1", false);
        open.get().removals().alive("bridge-1");
        assertThat(drains.silentBridges()).isEmpty();
    }

    @Test
    void requestThatNobodyEndedGoesAfterADay() {
        Drains drains = open.get().drains();
        drains.ask();
        open.later(Duration.ofDays(2));
        String id = drains.ask();

        assertThat(drains.inQueue()).containsExactly(id);
    }
}
