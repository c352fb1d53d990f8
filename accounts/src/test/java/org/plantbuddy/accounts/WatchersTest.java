package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class WatchersTest {

    private static final Duration LEASE = Duration.ofMinutes(1);

    @RegisterExtension
    final OpenAccounts open;

    private Watchers watchers;

    WatchersTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void openWatchers() {
        watchers = open.get().watchers();
    }

    @Test
    void whatAWatcherSeesIsReplacedAndGoesWithIt() {
        watchers.report("bridge-1", "{}");
        open.later(Duration.ofSeconds(10));
        watchers.report("bridge-1", "{\"influxdb\":\"away\"}");
        assertThat(watchers.all())
                .containsExactly(
                        new Watchers.Watcher("bridge-1", OpenAccounts.NOW.plusSeconds(10), "{\"influxdb\":\"away\"}"));
        watchers.leave("bridge-1");
        assertThat(watchers.all()).isEmpty();
    }

    @Test
    void oneTellsForAllUntilItsLeaseEndsOrItLeaves() {
        assertThat(watchers.claim("bridge-1", LEASE)).contains("{}");
        assertThat(watchers.claim("bridge-2", LEASE)).isEmpty();
        assertThat(watchers.keep("bridge-1", "told")).isTrue();
        assertThat(watchers.keep("bridge-2", "other")).isFalse();

        open.later(LEASE.plusSeconds(1));
        assertThat(watchers.claim("bridge-2", LEASE)).contains("told");
        assertThat(watchers.keep("bridge-1", "late")).isFalse();

        watchers.leave("bridge-2");
        open.later(Duration.ofMillis(1));
        assertThat(watchers.claim("bridge-1", LEASE)).contains("told");
    }
}
