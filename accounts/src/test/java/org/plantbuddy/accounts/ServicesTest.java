package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class ServicesTest {

    @RegisterExtension
    final OpenAccounts open;

    ServicesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void newTokenReplacesTheOldOfThatServiceAlone() {
        Services services = open.get().services();
        services.put(Services.BRIDGE, "one");
        services.put(Services.WEB, "two");
        services.put(Services.BRIDGE, "three");

        assertThat(services.authenticate(Services.BRIDGE, "three")).isTrue();
        assertThat(services.authenticate(Services.BRIDGE, "one")).isFalse();
        assertThat(services.authenticate(Services.BRIDGE, "two")).isFalse();
        assertThat(services.authenticate(Services.WEB, "two")).isTrue();
        assertThat(services.authenticate(Services.CANARY, "")).isFalse();
    }

    @Test
    void thereAreNoOtherServices() {
        assertThatThrownBy(() -> open.get().services().put("rick", "one")).hasMessageContaining("no service 'rick'");
        assertThat(open.get().services().authenticate("rick", "one")).isFalse();
    }
}
