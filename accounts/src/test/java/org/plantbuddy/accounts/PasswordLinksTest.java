package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class PasswordLinksTest {

    private static final String HERE = "192.0.2.7";
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    final OpenAccounts open;

    PasswordLinksTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void invitedUserSignsInWithThePasswordChosenAndTheLinkIsUsed() {
        String token = open.get().users().invite("rick", DAY);
        assertThat(links().user(token)).contains("rick");
        assertThat(open.get().users().signIn("rick", token)).isFalse();
        assertThatThrownBy(() -> links().use(token, "short", HERE)).isInstanceOf(AccountException.class);

        Optional<Users.Proven> used = links().use(token, "correct horse", HERE);

        assertThat(open.get().users().prove("rick", "correct horse"))
                .isPresent()
                .isEqualTo(used);
        assertThat(links().user(token)).isEmpty();
        assertThat(links().use(token, "battery staple", HERE)).isEmpty();
        assertThat(open.get().users().signIn("rick", "battery staple")).isFalse();
        assertThat(open.get().audit().newest(Optional.of("rick"), Instant.EPOCH, 9))
                .extracting(entry -> entry.actor().name() + " " + entry.action().text() + " " + entry.subject())
                .containsExactlyInAnyOrder("$operator user-invite ", "rick password-change by link");
    }

    @Test
    void linkEndsWithItsTimeWithAnotherWithAPasswordAndWithTheUser() {
        open.get().users().add("rick", "correct horse");
        String expired = links().reset("rick", DAY);
        open.later(DAY);
        assertThat(links().user(expired)).isEmpty();
        assertThat(links().use(expired, "battery staple", HERE)).isEmpty();

        String replaced = links().reset("rick", DAY);
        String second = links().reset("rick", DAY);
        assertThat(links().user(replaced)).isEmpty();
        assertThat(open.get().users().signIn("rick", "correct horse")).isTrue();
        open.get().users().changePassword("rick", "battery staple");
        assertThat(links().user(second)).isEmpty();

        String ofRemoved = links().reset("rick", DAY);
        open.get().users().remove("rick");
        assertThat(links().use(ofRemoved, "correct horse", HERE)).isEmpty();
        assertThatThrownBy(() -> links().reset("rick", DAY)).hasMessageContaining("no user 'rick'");
    }

    @Test
    void ofManyUsesAtOnceOneWorks() throws Exception {
        String token = open.get().users().invite("rick", DAY);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Optional<Users.Proven>>> uses = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String password = "correct horse " + i;
                uses.add(() -> links().use(token, password, HERE));
            }
            int worked = 0;
            for (Future<Optional<Users.Proven>> use : threads.invokeAll(uses)) {
                worked += use.get().isPresent() ? 1 : 0;
            }
            assertThat(worked).isOne();
        } finally {
            threads.shutdownNow();
        }
    }

    private PasswordLinks links() {
        return open.get().passwordLinks();
    }
}
