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
class PageSessionsTest {

    @RegisterExtension
    final OpenAccounts open;

    private PageSessions sessions;
    private Users.Proven rick;

    PageSessionsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void user() {
        open.get().users().add("rick", "a password of rick");
        sessions = open.get().pageSessions();
        rick = proven("a password of rick");
        assertThat(sessions.begin("one", rick, "Firefox on Linux")).isTrue();
    }

    private Users.Proven proven(String password) {
        return open.get().users().prove("rick", password).orElseThrow();
    }

    @Test
    void unusedSessionEndsAfterADay() {
        open.later(PageSessions.IDLE.minusSeconds(1));
        assertThat(sessions.find("one")).map(PageSessions.Session::user).hasValue("rick");
        open.later(PageSessions.IDLE.minusSeconds(1));
        assertThat(sessions.find("one")).as("used in between").isPresent();
        open.later(PageSessions.IDLE);
        assertThat(sessions.find("one")).isEmpty();
        assertThat(sessions.find("two")).isEmpty();
    }

    @Test
    void sessionInConstantUseEndsAfterAWeek() {
        for (Duration used = Duration.ZERO; used.compareTo(PageSessions.LONGEST) < 0; used = used.plusHours(12)) {
            assertThat(sessions.find("one")).isPresent();
            open.later(Duration.ofHours(12));
        }
        open.later(Duration.ofSeconds(1));
        assertThat(sessions.find("one")).isEmpty();
    }

    @Test
    void newPasswordEndsOldSessionsAndNotTheNewOne() {
        open.get().users().changePassword("rick", "another horse");
        assertThat(sessions.begin("fresh", proven("another horse"), "Firefox on Linux"))
                .isTrue();
        assertThat(sessions.begin("late", rick, "Firefox on Linux"))
                .as("of who proved the old password before it changed")
                .isTrue();

        assertThat(sessions.find("one")).isEmpty();
        assertThat(sessions.find("late")).isEmpty();
        assertThat(sessions.find("fresh")).isPresent();
    }

    @Test
    void signingOutEndsOneAndRemovalAll() {
        assertThat(sessions.begin("two", rick, "Firefox on Linux")).isTrue();
        assertThat(sessions.begin("three", rick, "Firefox on Linux")).isTrue();

        sessions.end("two");
        assertThat(sessions.find("two")).isEmpty();
        assertThat(sessions.find("three")).isPresent();
        open.get().users().remove("rick");
        assertThat(sessions.find("three")).isEmpty();
        assertThat(sessions.begin("four", rick, "Firefox on Linux")).isFalse();
    }

    @Test
    void userSeesTheirSessionsAndEndsOneOrAllOthers() {
        open.get().users().add("anna", "a password of anna");
        Users.Proven anna =
                open.get().users().prove("anna", "a password of anna").orElseThrow();
        assertThat(sessions.begin("annas", anna, "Edge on Windows")).isTrue();
        open.later(Duration.ofMinutes(20));
        assertThat(sessions.begin("two", rick, "\u202eSafari\n".repeat(30))).isTrue();
        assertThat(sessions.begin("three", rick, "Chrome on Android")).isTrue();
        assertThat(sessions.find("one")).isPresent();

        assertThat(sessions.list("rick"))
                .extracting(PageSessions.Shown::name)
                .containsExactlyInAnyOrder(
                        PageSessions.name("one"), PageSessions.name("two"), PageSessions.name("three"));
        assertThat(sessions.list("rick"))
                .filteredOn(session -> session.name().equals(PageSessions.name("one")))
                .singleElement()
                .satisfies(session -> {
                    assertThat(session.browser()).isEqualTo("Firefox on Linux");
                    assertThat(Duration.between(session.began(), session.used()))
                            .isEqualTo(Duration.ofMinutes(20));
                });
        assertThat(sessions.list("rick").toString()).contains("<U+202E>Safari").doesNotContain("\n", "\u202e");

        assertThat(sessions.end("rick", PageSessions.name("annas"))).isFalse();
        assertThat(sessions.end("rick", PageSessions.name("three"))).isTrue();
        assertThat(sessions.find("three")).isEmpty();
        sessions.endOthers("rick", "one");
        assertThat(sessions.find("two")).isEmpty();
        assertThat(sessions.find("one")).isPresent();
        assertThat(sessions.find("annas")).isPresent();
        open.get().users().changePassword("rick", "another horse");
        assertThat(sessions.list("rick")).isEmpty();
    }

    @Test
    void whoHasTooManyLosesTheOldest() {
        for (int i = 0; i < PageSessions.MOST_OF_USER; i++) {
            open.later(Duration.ofSeconds(1));
            assertThat(sessions.begin("more" + i, rick, "Firefox on Linux")).isTrue();
        }

        assertThat(sessions.find("one")).isEmpty();
        assertThat(sessions.find("more0")).isPresent();
    }
}
