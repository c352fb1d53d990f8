package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
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
        assertThat(devices.list("rick"))
                .containsExactly(new Device("rick", "01", Description.NONE, false, Optional.empty()));
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

    @Test
    void boardKeepsItsAddressAndWhatItsOwnerSaysOfItWhateverHappensToIt() {
        Devices devices = rick();
        DeviceCredentials first = devices.add(
                "rick", "01", before -> before.withName("Gro\u0308ße").withPlace("台所"), Devices.MOST_BY_USER);
        assertThat(described("01")).isEqualTo(new Description(Optional.of("Größe"), Optional.of("台所"), false));

        assertThat(devices.describe("rick", "01", before -> before.withName("Monstera")))
                .isEqualTo(new Description(Optional.of("Monstera"), Optional.of("台所"), false));
        assertThat(devices.authenticate("rick", "01", first.password())).isTrue();

        devices.revoke("rick", "01");
        devices.describe("rick", "01", before -> before.withArchived(true).withPlace(""));
        assertThat(described("01")).isEqualTo(new Description(Optional.of("Monstera"), Optional.empty(), true));
        devices.add("rick", "01");
        assertThat(described("01")).isEqualTo(new Description(Optional.of("Monstera"), Optional.empty(), false));
    }

    @Test
    void whatCannotBeSaidOfABoardChangesNothing() {
        Devices devices = rick();
        devices.add("rick", "01");
        assertThatThrownBy(() -> devices.describe(
                        "rick", "01", before -> before.withName("Fern").withPlace("a\u202Eb")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> devices.describe(
                        "rick", "01", before -> before.withName("Fern").withArchived(true)))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("device revoke rick 01");
        assertThatThrownBy(() -> devices.describe("rick", "02", before -> before))
                .isInstanceOf(AccountException.class);
        assertThatThrownBy(() -> devices.add("rick", "02", before -> before.withName("a\tb"), 100))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(devices.list("rick"))
                .containsExactly(new Device("rick", "01", Description.NONE, true, Optional.empty()));
    }

    private Description described(String device) {
        return open.get().devices().list("rick").stream()
                .filter(board -> board.name().equals(device))
                .findFirst()
                .orElseThrow()
                .description();
    }

    private Devices rick() {
        open.get().users().add("rick", "correct horse");
        return open.get().devices();
    }

    @Test
    void boardsOfElsewhereAreRememberedWithoutPasswordsAndNothingIsOverwritten() {
        Devices devices = rick();
        devices.add("rick", "01", board -> board.withName("Fern"), 10);
        Map<String, Description> elsewhere = Map.of(
                "01", Description.NONE.withName("Monstera").withPlace("Küche").withArchived(true),
                "02", Description.NONE.withName("Basil").withArchived(true),
                "03", Description.NONE);

        assertThat(devices.remember("rick", elsewhere)).isEqualTo(2);
        assertThat(devices.remember("rick", elsewhere)).isZero();
        assertThat(devices.remember("nobody", elsewhere)).isZero();
        assertThat(devices.list("rick"))
                .extracting(Device::description)
                .containsExactly(
                        Description.NONE.withName("Fern").withPlace("Küche"),
                        Description.NONE.withName("Basil").withArchived(true),
                        Description.NONE);
        assertThat(devices.list("rick")).extracting(Device::active).containsExactly(true, false, false);
    }
}
