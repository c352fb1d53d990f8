package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final MovableClock clock = new MovableClock();
    private Optional<String> stamp = Optional.of("first password");
    private final Sessions sessions = new Sessions(user -> stamp, new Signer(), clock);

    @Test
    void unusedSessionEndsAfterADay() {
        String id = sessions.begin("rick").orElseThrow();
        clock.move(Sessions.IDLE.minusSeconds(1));
        assertThat(sessions.find(id)).isPresent();
        clock.move(Sessions.IDLE.minusSeconds(1));
        assertThat(sessions.find(id)).as("used in between").isPresent();
        clock.move(Sessions.IDLE);
        assertThat(sessions.find(id)).isEmpty();
    }

    @Test
    void sessionInConstantUseEndsAfterAWeek() {
        String id = sessions.begin("rick").orElseThrow();
        for (Duration used = Duration.ZERO; used.compareTo(Sessions.LONGEST) < 0; used = used.plusHours(12)) {
            assertThat(sessions.find(id)).isPresent();
            clock.move(Duration.ofHours(12));
        }
        clock.move(Duration.ofSeconds(1));
        assertThat(sessions.find(id)).isEmpty();
    }

    @Test
    void newPasswordEndsOldSessionsAndNotTheNewOne() {
        String old = sessions.begin("rick").orElseThrow();
        assertThat(sessions.find(old)).isPresent();
        stamp = Optional.of("second password");
        String fresh = sessions.begin("rick").orElseThrow();
        assertThat(sessions.find(fresh)).isPresent();
        clock.move(Sessions.ACCOUNT_CHECKED_EVERY);
        assertThat(sessions.find(old)).isEmpty();
        assertThat(sessions.find(fresh)).isPresent();
    }

    @Test
    void removedAccountHasNoSessions() {
        String id = sessions.begin("rick").orElseThrow();
        stamp = Optional.empty();
        clock.move(Sessions.ACCOUNT_CHECKED_EVERY);
        assertThat(sessions.find(id)).isEmpty();
        assertThat(sessions.begin("rick")).isEmpty();
    }

    @Test
    void idsAreNeverTheSameAndUnknownOnesFindNothing() {
        assertThat(sessions.begin("rick")).isNotEqualTo(sessions.begin("rick"));
        assertThat(sessions.find("made up")).isEmpty();
    }
}
