package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.topic.InvalidNameException;

@ParameterizedClass
@EnumSource(Database.class)
class DevicesTest {

    @RegisterExtension
    final OpenAccounts open;

    DevicesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void boardSignsInWithItsTokenAndNoOther() {
        Devices devices = rick();
        DeviceCredentials first = devices.add("rick", "01");
        DeviceCredentials second = devices.add("rick", "02");

        assertThat(first.username()).isEqualTo("rick/01");
        assertThat(devices.authenticate("rick", "01", first.password())).isTrue();
        assertThat(devices.authenticate("rick", "01", second.password())).isFalse();
        assertThat(devices.authenticate("anna", "01", first.password())).isFalse();
        assertThat(devices.authenticate("rick", "01", "")).isFalse();
    }

    @Test
    void credentialsDoNotPrintTheToken() {
        DeviceCredentials credentials = rick().add("rick", "01");

        assertThat(credentials.toString()).doesNotContain(credentials.password());
        assertThat(credentials.password()).startsWith("pb_").hasSizeGreaterThan(30);
    }

    @Test
    void boardIsAddedOnceUntilItIsRevoked() {
        Devices devices = rick();
        DeviceCredentials first = devices.add("rick", "01");

        assertThatThrownBy(() -> devices.add("rick", "01")).hasMessageContaining("device revoke rick 01");
        assertThat(devices.authenticate("rick", "01", first.password())).isTrue();

        devices.revoke("rick", "01");
        assertThat(devices.authenticate("rick", "01", first.password())).isFalse();
        assertThat(devices.exists("rick", "01")).isTrue();
        assertThat(devices.list("rick")).containsExactly(new Device("rick", "01", false, Optional.empty()));
        assertThatThrownBy(() -> devices.revoke("rick", "01")).isInstanceOf(AccountException.class);

        DeviceCredentials again = devices.add("rick", "01");
        assertThat(devices.authenticate("rick", "01", first.password())).isFalse();
        assertThat(devices.authenticate("rick", "01", again.password())).isTrue();
    }

    @Test
    void boardNeedsAUserAndANameThatMeansNothingElse() {
        Devices devices = rick();

        assertThatThrownBy(() -> devices.add("anna", "01")).hasMessageContaining("there is no user 'anna'");
        for (String name : new String[] {"alerts", "rejected", "", "a/b", "+", "01 "}) {
            assertThatThrownBy(() -> devices.add("rick", name)).as(name).isInstanceOf(InvalidNameException.class);
        }
    }

    private Devices rick() {
        open.get().users().add("rick", "correct horse");
        return open.get().devices();
    }
}
