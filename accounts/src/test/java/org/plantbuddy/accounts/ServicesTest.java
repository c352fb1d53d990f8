package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
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
    void formerTokenIsValidUntilNobodyHasUsedItForAWhile() {
        Services services = open.get().services();
        StandingCredentials standing = open.get().standingCredentials();
        services.put(Services.BRIDGE, "one");
        services.replace(Services.BRIDGE, "two");
        services.replace(Services.BRIDGE, "three");
        String one = standing.markOfToken(Services.BRIDGE, "one");

        open.later(Duration.ofSeconds(30));
        standing.inUse(List.of(one, "of somebody else"));
        assertThat(services.withdrawFormer(Services.BRIDGE, OpenAccounts.NOW.plusSeconds(5)))
                .isFalse();
        assertThat(services.authenticate(Services.BRIDGE, "one")).isTrue();
        assertThat(services.authenticate(Services.BRIDGE, "two")).isFalse();
        assertThat(services.authenticate(Services.WEB, "one")).isFalse();
        assertThat(standing.marks()).contains(one);

        assertThat(services.withdrawFormer(Services.BRIDGE, OpenAccounts.NOW.plusSeconds(30)))
                .isTrue();
        assertThat(services.authenticate(Services.BRIDGE, "one")).isFalse();
        assertThat(services.authenticate(Services.BRIDGE, "three")).isTrue();
        assertThat(standing.marks()).doesNotContain(one);
    }

    @Test
    void tokenThatIsSetEndsFormerOnesToo() {
        Services services = open.get().services();
        services.put(Services.WEB, "one");
        services.replace(Services.WEB, "two");
        services.put(Services.WEB, "three");

        assertThat(services.authenticate(Services.WEB, "one")).isFalse();
        assertThat(services.authenticate(Services.WEB, "two")).isFalse();
    }

    @Test
    void thereAreNoOtherServices() {
        assertThatThrownBy(() -> open.get().services().put("rick", "one")).hasMessageContaining("no service 'rick'");
        assertThat(open.get().services().authenticate("rick", "one")).isFalse();
    }
}
