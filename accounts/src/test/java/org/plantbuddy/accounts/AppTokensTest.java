package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class AppTokensTest {

    @RegisterExtension
    final OpenAccounts open;

    AppTokensTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void tokenSignsInItsUserOnlyUntilRevoked() {
        open.get().users().add("rick", "correct horse");
        open.get().users().add("anna", "correct horse");
        AppTokens tokens = open.get().appTokens();
        String phone = tokens.create("rick", "phone");
        String watch = tokens.create("rick", "watch");

        assertThat(tokens.authenticate("rick", phone)).isTrue();
        assertThat(tokens.authenticate("anna", phone)).isFalse();
        assertThat(tokens.list("rick")).extracting(AppToken::label).containsExactlyInAnyOrder("phone", "watch");

        tokens.revoke("rick", "phone");
        assertThat(tokens.authenticate("rick", phone)).isFalse();
        assertThat(tokens.authenticate("rick", watch)).isTrue();
        assertThatThrownBy(() -> tokens.revoke("rick", "phone")).hasMessageContaining("no token 'phone'");
        assertThatThrownBy(() -> tokens.revoke("anna", "watch")).isInstanceOf(AccountException.class);
    }

    @Test
    void tokenDoesWhatItsScopesSayUntilItsTimeIsOver() {
        open.get().users().add("rick", "correct horse");
        AppTokens tokens = open.get().appTokens();
        String reads = tokens.create("rick", "dashboard", Set.of(Scope.READ), Optional.of(Duration.ofDays(1)));
        String all = tokens.create("rick", "home", Set.of(Scope.MQTT, Scope.READ, Scope.MANAGE), Optional.empty());
        String mqtt = tokens.create("rick", "phone");

        assertThat(tokens.find(reads)).hasValueSatisfying(bearer -> {
            assertThat(bearer.user()).isEqualTo("rick");
            assertThat(bearer.scopes()).containsExactly(Scope.READ);
        });
        assertThat(tokens.find(mqtt))
                .hasValueSatisfying(bearer -> assertThat(bearer.scopes()).containsExactly(Scope.MQTT));
        assertThat(tokens.authenticate("rick", reads)).isFalse();
        assertThat(tokens.authenticate("rick", all)).isTrue();
        assertThat(tokens.find("pb_guess")).isEmpty();
        StandingCredentials standing = open.get().standingCredentials();
        assertThat(standing.marks()).contains(standing.markOfToken("rick", reads));

        open.later(Duration.ofDays(1));
        assertThat(tokens.find(reads)).isEmpty();
        assertThat(tokens.find(all)).isPresent();
        assertThat(standing.marks())
                .doesNotContain(standing.markOfToken("rick", reads))
                .contains(standing.markOfToken("rick", all));
        assertThat(tokens.list("rick"))
                .extracting(AppToken::label)
                .containsExactlyInAnyOrder("dashboard", "home", "phone");
    }

    @Test
    void lastUseOfATokenIsKnownToTenMinutes() {
        open.get().users().add("rick", "correct horse");
        AppTokens tokens = open.get().appTokens();
        String phone = tokens.create("rick", "phone");
        tokens.create("rick", "watch");
        assertThat(tokens.list("rick")).extracting(AppToken::used).containsOnly(Optional.empty());

        assertThat(tokens.authenticate("rick", phone)).isTrue();
        Instant first = tokens.list("rick").get(0).used().orElseThrow();
        open.later(Duration.ofMinutes(9));
        tokens.find(phone);
        assertThat(tokens.list("rick").get(0).used()).hasValue(first);
        open.later(Duration.ofMinutes(1));
        tokens.find(phone);
        assertThat(tokens.list("rick").get(0).used()).hasValue(first.plus(Duration.ofMinutes(10)));
        assertThat(tokens.list("rick").get(1).used()).isEmpty();
    }

    @Test
    void scopesAndTimesThatAreNoneAreRefused() {
        open.get().users().add("rick", "correct horse");
        AppTokens tokens = open.get().appTokens();
        assertThatThrownBy(() -> Scope.named(List.of("read", "root")))
                .hasMessageContaining("mqtt, read, note or manage");
        assertThatThrownBy(() -> tokens.create("rick", "x", Set.of(), Optional.empty()))
                .isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> tokens.create("rick", "x", Set.of(Scope.READ), Optional.of(Duration.ZERO)))
                .isInstanceOf(AccountException.class);
        assertThat(tokens.list("rick")).isEmpty();
    }

    @Test
    void tokenNeedsAUserAndALabel() {
        open.get().users().add("rick", "correct horse");
        AppTokens tokens = open.get().appTokens();

        assertThatThrownBy(() -> tokens.create("anna", "phone")).hasMessageContaining("there is no user 'anna'");
        assertThatThrownBy(() -> tokens.create("rick", " ")).isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> tokens.create("rick", "x".repeat(65))).isInstanceOf(AccountException.class);
    }
}
