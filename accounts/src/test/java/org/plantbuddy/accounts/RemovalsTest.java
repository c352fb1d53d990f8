package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class RemovalsTest {

    private static final Duration LIVES = Duration.ofMinutes(1);

    @RegisterExtension
    final OpenAccounts open;

    private Removals removals;

    RemovalsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void aBridgeRunsAndRickIsRemoved() {
        removals = open.get().removals();
        removals.alive("bridge-1");
        open.get().users().add("rick", "correct horse");
        open.get().users().remove("rick");
    }

    private Removal rick() {
        return removals.pending("rick").orElseThrow();
    }

    private void finish(String bridge) {
        removals.sessionsEnded(rick(), 42);
        removals.seen(rick(), bridge);
        assertThat(removals.claim(rick(), bridge, LIVES)).isTrue();
        removals.erased(rick(), bridge);
    }

    @Test
    void nameIsNotFreeUntilAllIsErased() {
        assertThat(rick().waitsFor()).contains("broker");
        assertThatThrownBy(() -> open.get().users().add("rick", "another horse"))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("not removed everywhere yet")
                .hasMessageContaining("broker");
        removals.sessionsEnded(rick(), 42);
        assertThat(rick().waitsFor()).contains("bridge");
        removals.held(rick(), "InfluxDB does not answer\0");
        assertThatThrownBy(() -> open.get().users().add("rick", "another horse"))
                .hasMessageContaining("InfluxDB does not answer");
        assertThat(open.get().users().exists("rick")).isFalse();

        finish("bridge-1");

        assertThat(removals.pending()).isEmpty();
        open.get().users().add("rick", "another horse");
        assertThat(removals.of("rick").orElseThrow().cutoffNs()).hasValue(42);
    }

    @Test
    void everyBridgeThatLivesMustHaveSeenIt() {
        removals.alive("bridge-2");

        removals.seen(rick(), "bridge-1");

        assertThat(removals.unseen(rick(), LIVES)).containsExactly("bridge-2");
        removals.seen(rick(), "bridge-2");
        removals.seen(rick(), "bridge-2");
        assertThat(removals.unseen(rick(), LIVES)).isEmpty();
        assertThat(removals.bridges(LIVES)).containsExactly("bridge-1", "bridge-2");
        assertThat(removals.bridges(Duration.ofMinutes(-1))).isEmpty();
    }

    @Test
    void bridgeThatOnlyLivesDoesNotWork() {
        assertThat(removals.bridgeWorked()).hasValue(Instant.EPOCH);

        removals.works("bridge-1");
        removals.alive("bridge-2");
        removals.alive("bridge-1");
        Instant worked = removals.bridgeWorked().orElseThrow();
        assertThat(worked).isAfter(Instant.EPOCH);

        open.later(LIVES);
        removals.alive("bridge-1");
        assertThat(removals.bridgeWorked()).hasValue(worked);
        removals.works("bridge-2");
        assertThat(removals.bridgeWorked()).hasValue(worked.plus(LIVES));
    }

    @Test
    void bridgeThatHasEndedInOrderWorksNoMore() {
        removals.works("bridge-1");
        removals.leaves("bridge-1", true);
        assertThat(removals.bridgeWorked()).hasValue(Instant.EPOCH);
        removals.alive("bridge-1");
        assertThat(removals.bridgeWorked()).hasValue(Instant.EPOCH);
    }

    @Test
    void oneBridgeErases() {
        assertThat(removals.claim(rick(), "bridge-1", LIVES)).isTrue();
        assertThat(removals.claim(rick(), "bridge-2", LIVES)).isFalse();
        removals.erased(rick(), "bridge-2");
        assertThat(removals.pending("rick")).isPresent();

        assertThat(removals.claim(rick(), "bridge-1", Duration.ofMinutes(-1))).isTrue();
        assertThat(removals.claim(rick(), "bridge-2", LIVES)).isTrue();
    }

    @Test
    void whatIsNotedOfAnEarlierRemovalDoesNotCountForTheNext() {
        Removal first = rick();
        finish("bridge-1");
        Removal second = new Removal("rick", first.removedAt().minusMillis(1), OptionalLong.empty(), false, "");
        open.get().users().add("rick", "another horse");
        open.get().users().remove("rick");

        removals.sessionsEnded(second, 1);
        removals.seen(second, "bridge-1");

        assertThat(rick().cutoffNs()).isEmpty();
        assertThat(removals.unseen(rick(), LIVES)).containsExactly("bridge-1");
        assertThat(removals.claim(second, "bridge-1", LIVES)).isFalse();
    }

    @Test
    void canaryIsNobodysAccount() {
        Users users = open.get().users();
        users.ensureCanary("bridge-1");
        users.ensureCanary("bridge-1");

        assertThat(users.list()).isEmpty();
        assertThat(open.get().devices().exists("plantbuddy-canary", "bridge-1")).isTrue();
        assertThatThrownBy(() -> users.add("plantbuddy-canary", "correct horse"))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("the system's own");
        assertThatThrownBy(() -> users.remove("plantbuddy-canary")).isInstanceOf(AccountException.class);
    }
}
