package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(tokens.labels("rick")).containsExactlyInAnyOrder("phone", "watch");

        tokens.revoke("rick", "phone");
        assertThat(tokens.authenticate("rick", phone)).isFalse();
        assertThat(tokens.authenticate("rick", watch)).isTrue();
        assertThatThrownBy(() -> tokens.revoke("rick", "phone")).hasMessageContaining("no token 'phone'");
        assertThatThrownBy(() -> tokens.revoke("anna", "watch")).isInstanceOf(AccountException.class);
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
