package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.topic.SeriesName;

@ParameterizedClass
@EnumSource(Database.class)
class AuditTest {

    private static final Actor RICK = new Actor("rick", "192.0.2.7");

    @RegisterExtension
    final OpenAccounts open;

    AuditTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void eachChangeHasItsEntryAndNoneHasASecret() {
        Accounts accounts = open.get();
        accounts.users().add("rick", "correct horse");
        open.later(Duration.ofSeconds(1));
        String board = accounts.devices(RICK).add("rick", "01").password();
        open.later(Duration.ofSeconds(1));
        String token = accounts.appTokens().create("rick", "phone");
        open.later(Duration.ofSeconds(1));
        accounts.sensors().admit(new SeriesName("rick", "01", "light"));
        accounts.mutes(RICK).set(new Mute("rick", "01", "light", Optional.empty()));
        open.later(Duration.ofSeconds(1));
        accounts.mutes(RICK).remove("rick", "01", "light");
        open.later(Duration.ofSeconds(1));
        accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(20)));
        open.later(Duration.ofSeconds(1));
        accounts.users().changePassword("rick", "battery staple");
        open.later(Duration.ofSeconds(1));
        accounts.appTokens().revoke("rick", "phone");
        open.later(Duration.ofSeconds(1));
        accounts.devices(RICK).revoke("rick", "01");

        List<AuditEntry> entries = all();
        assertThat(entries)
                .extracting(entry ->
                        entry.actor().name() + " " + entry.action().text() + " " + entry.user() + " " + entry.subject())
                .containsExactly(
                        "$operator user-add rick ",
                        "rick device-add rick 01",
                        "$operator token-add rick phone",
                        "rick mute-set rick 01/light for good",
                        "rick mute-remove rick 01/light",
                        "$operator limit-set rick readings-a-day 20",
                        "$operator password-change rick ",
                        "$operator token-revoke rick phone",
                        "rick device-revoke rick 01");
        assertThat(entries.toString())
                .contains("192.0.2.7")
                .doesNotContain(board, token, "correct horse", "battery staple");
    }

    @Test
    void whatWasNotChangedHasNoEntry() {
        Accounts accounts = open.get();
        accounts.users().add("rick", "correct horse");
        accounts.devices().add("rick", "01");
        int before = all().size();

        assertThatThrownBy(() -> accounts.users().add("rick", "correct horse")).isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> accounts.devices().add("rick", "01")).isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> accounts.devices().revoke("rick", "02")).isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> accounts.users().changePassword("nobody", "correct horse"))
                .isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> accounts.users().remove("nobody")).isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> accounts.mutes().set(new Mute("rick", "09", "light", Optional.empty())))
                .isInstanceOf(AccountException.class);
        assertThat(accounts.mutes().remove("rick", "01", "light")).isFalse();

        assertThat(all()).hasSize(before);
    }

    @Test
    void ofARemovedUserOnlyTheRemovalIsLeft() {
        Accounts accounts = open.get();
        accounts.users().add("rick", "correct horse");
        accounts.users().add("anna", "correct horse");
        accounts.audit().add(RICK, AuditAction.SIGN_IN, "rick", "");
        accounts.users().remove("rick");

        assertThat(of("rick")).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo(AuditAction.USER_REMOVE);
            assertThat(entry.actor()).isEqualTo(Actor.operator());
        });
        assertThat(all().toString()).doesNotContain("192.0.2.7");
        assertThat(of("anna")).hasSize(1);
    }

    @Test
    void nameThatNobodyHasIsNotKept() {
        open.get().audit().add(new Actor("", "192.0.2.7"), AuditAction.SIGN_IN_FAILED, "correct horse", "");

        assertThat(all())
                .singleElement()
                .satisfies(entry -> assertThat(entry.user()).isEmpty());
    }

    @Test
    void theNewestAreTold() {
        Audit audit = open.get().audit();
        for (String subject : List.of("first", "second", "third")) {
            audit.add(RICK, AuditAction.COMMAND, "", subject);
            open.later(Duration.ofMinutes(1));
        }

        assertThat(audit.newest(Optional.empty(), Instant.EPOCH, 2))
                .extracting(AuditEntry::subject)
                .containsExactly("second", "third");
        assertThat(audit.newest(Optional.of("rick"), OpenAccounts.NOW.plusSeconds(90), 9))
                .extracting(AuditEntry::subject)
                .containsExactly("third");
        assertThat(audit.newest(Optional.of("anna"), Instant.EPOCH, 9)).isEmpty();
    }

    @Test
    void whoSignsInOrGuessesPushesOutNoChangesAndAYearIsKept() {
        Audit audit = open.get().audit();
        audit.add(RICK, AuditAction.COMMAND, "", "a year ago");
        open.later(Audit.KEPT);
        audit.add(RICK, AuditAction.COMMAND, "", "today");
        for (int i = 0; i < 5; i++) {
            open.later(Duration.ofSeconds(1));
            boolean right = i % 2 == 0;
            Actor actor = new Actor(right ? "rick" : "", "192.0.2." + i);
            audit.add(actor, right ? AuditAction.SIGN_IN : AuditAction.SIGN_IN_FAILED, "", "");
        }
        open.later(Duration.ofSeconds(1));
        audit.forgetBeyond(new Audit.Bounds(2, 1, 9));

        assertThat(all())
                .extracting(entry -> entry.actor().address() + entry.subject())
                .containsExactly("192.0.2.7today", "192.0.2.3", "192.0.2.4");
    }

    @Test
    void userPushesOutOnlyOwnEntriesAndWhatCommandsDidStays() {
        Audit audit = open.get().audit();
        Actor anna = new Actor("anna", "192.0.2.8");
        for (int i = 0; i < 3; i++) {
            audit.add(Actor.operator(), AuditAction.COMMAND, "", "command " + i);
            open.later(Duration.ofSeconds(1));
        }
        audit.add(anna, AuditAction.MUTE_SET, "", "anna's");
        for (int i = 0; i < 5; i++) {
            open.later(Duration.ofSeconds(1));
            audit.add(RICK, i % 2 == 0 ? AuditAction.MUTE_SET : AuditAction.MUTE_REMOVE, "", "rick's " + i);
        }

        audit.forgetBeyond(new Audit.Bounds(9, 3, 2));

        assertThat(all())
                .extracting(AuditEntry::subject)
                .containsExactly("command 0", "command 1", "command 2", "anna's", "rick's 3", "rick's 4");
    }

    private List<AuditEntry> all() {
        return open.get().audit().newest(Optional.empty(), Instant.EPOCH, 1_000);
    }

    private List<AuditEntry> of(String user) {
        return open.get().audit().newest(Optional.of(user), Instant.EPOCH, 1_000);
    }
}
