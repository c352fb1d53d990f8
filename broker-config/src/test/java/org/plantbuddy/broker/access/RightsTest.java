package org.plantbuddy.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.plantbuddy.broker.access.Verdict.Allowed.ALLOWED;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.broker.access.Verdict.Denied;

class RightsTest {

    @ParameterizedTest
    @CsvSource({
        "rick/01, plantbuddy/rick/01/soil_moisture, false, true",
        "rick/01, plantbuddy/rick/01/status, true, true",
        "rick/01, plantbuddy/rick/01/status, false, true",
        "rick/01, plantbuddy/rick/01/soil_moisture, true, false",
        "rick/01, plantbuddy/rick/01/soil_moisture/, false, false",
        "rick/01, plantbuddy/rick/01/status/, true, false",
        "rick/01, plantbuddy/rick/01/, false, false",
        "rick/01, plantbuddy/rick/01, false, false",
        "rick/01, /plantbuddy/rick/01/light, false, false",
        "rick/01, plantbuddy/rick/01/a/b, false, false",
        "rick/01, plantbuddy/rick/02/light, false, false",
        "rick/01, plantbuddy/anna/01/light, false, false",
        "rick/01, plantbuddy/rick/alerts, false, false",
        "rick/01, plantbuddy/rick/alerts/01/light, true, false",
        "rick/01, plantbuddy/rick/rejected, false, false",
        "rick/01, $SYS/x, false, false",
        "rick, plantbuddy/rick/01/light, false, false",
        "rick, plantbuddy/rick/alerts, false, false",
        "$bridge, plantbuddy/rick/alerts, false, true",
        "$bridge, plantbuddy/rick/alerts, true, false",
        "$bridge, plantbuddy/rick/rejected, false, true",
        "$bridge, plantbuddy/rick/alerts/01/soil_moisture, true, true",
        "$bridge, plantbuddy/rick/alerts/01/status, true, true",
        "$bridge, plantbuddy/rick/alerts/01/a/b, true, false",
        "$bridge, plantbuddy/rick/01/light, false, false",
        "$web, plantbuddy/rick/01/light, false, true",
        "$web, plantbuddy/rick/01/light, true, false",
        "$web, plantbuddy/rick/01/status, false, false",
        "$web, plantbuddy/rick/alerts/light, false, false",
        "$web, plantbuddy/rick/rejected/light, false, false",
        "$web, plantbuddy/rick/alerts, false, false",
        "$canary, plantbuddy/rick/01/light, false, false",
        "$canary, plantbuddy/rick/01/soil_moisture, false, false",
        "$canary, plantbuddy/plantbuddy-canary/bridge-1/soil_moisture, false, true",
        "$canary, plantbuddy/plantbuddy-canary/bridge-1/soil_moisture, true, false",
        "$canary, plantbuddy/plantbuddy-canary/bridge-1/soil_moisture/, false, false",
        "$canary, plantbuddy/plantbuddy-canary/bridge-1/light, false, false",
        "$canary, plantbuddy/plantbuddy-canary/bridge-1/status, false, false",
        "$canary, plantbuddy/plantbuddy-canary/alerts, false, false",
        "$canary, plantbuddy/plantbuddy-canary/alerts/soil_moisture, false, false",
        "rick/01, plantbuddy/rick/01/+, false, false",
        "rick/01, plantbuddy/rick/01/#, false, false",
        "rick/01, plantbuddy/rick/01/light+, false, false",
    })
    void publish(String username, String topic, boolean retained, boolean allowed) {
        assertThat(Rights.publish(principal(username), topic, retained) == ALLOWED)
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "plantbuddy/rick/01/a/b, one level too deep",
        "plantbuddy/rick/01/light/, one level too deep",
        "plantbuddy/rick/01/sensor/soil/state, 2 levels too deep",
        "plantbuddy/rick/01, one level too few",
        "plantbuddy/rick/01/, one level too few",
        "plantbuddy/rick/soil_moisture, one level too few",
        "/plantbuddy/rick/01/light, a slash too many at the start",
    })
    void aTopicOfAnotherDepthIsTold(String topic, String what) {
        assertThat(Rights.publish(principal("rick/01"), topic, false))
                .isEqualTo(new Denied(
                        Denial.WRONG_DEPTH,
                        what + ": '" + topic + "': publish on plantbuddy/rick/01/<sensor>, such as"
                                + " plantbuddy/rick/01/soil_moisture"));
    }

    @ParameterizedTest
    @CsvSource({
        "plantbuddy/rick/alerts",
        "plantbuddy/rick/rejected",
        "plantbuddy/rick/02/light",
        "plantbuddy/anna/01/light",
        "other",
        "/"
    })
    void aTopicOfAnotherIsForeignAndNotOfAnotherDepth(String topic) {
        assertThat(Rights.publish(principal("rick/01"), topic, false))
                .asInstanceOf(type(Denied.class))
                .extracting(Denied::denial)
                .isEqualTo(Denial.FOREIGN_PUBLISH);
    }

    @ParameterizedTest
    @CsvSource({
        "rick, plantbuddy/rick/#, true",
        "rick, plantbuddy/rick/+/status, true",
        "rick, plantbuddy/rick/alerts, true",
        "rick, plantbuddy/anna/#, false",
        "rick, plantbuddy/ricky/#, false",
        "rick, plantbuddy/rick, false",
        "rick, plantbuddy/+/alerts, false",
        "rick, +/rick/alerts, false",
        "rick, plantbuddy/#, false",
        "rick, #, false",
        "rick, $SYS/#, false",
        "rick, $share/bridge/plantbuddy/+/+/+, false",
        "rick, $share/mine/plantbuddy/rick/#, false",
        "rick/01, plantbuddy/rick/01/#, false",
        "rick/01, plantbuddy/rick/01/status, false",
        "rick/01, $share/bridge/plantbuddy/+/+/+, false",
        "$bridge, $share/bridge/plantbuddy/+/+/+, true",
        "$bridge, $share/other/plantbuddy/+/+/+, false",
        "$bridge, plantbuddy/#, false",
        "$web, plantbuddy/rick/#, true",
        "$web, plantbuddy/rick/01/light, false",
        "$web, plantbuddy/rick/+/light, false",
        "$web, plantbuddy/rick/+, false",
        "$web, plantbuddy/rick, false",
        "$web, plantbuddy/rick/, false",
        "$web, plantbuddy/rick/#/, false",
        "$web, plantbuddy/rick/01/#, false",
        "$web, plantbuddy/Rick/#, false",
        "$web, plantbuddy/ri#ck/#, false",
        "$web, plantbuddy/+/#, false",
        "$web, plantbuddy//#, false",
        "$web, plantbuddy/#/#, false",
        "$web, plantbuddy/$web/#, false",
        "$web, plantbuddy/+/+/status, false",
        "$web, plantbuddy/#, false",
        "$web, +/rick/#, false",
        "$web, $SYS/#, false",
        "$web, $share/mine/plantbuddy/rick/#, false",
        "$web, #, false",
        "$web, $share/bridge/plantbuddy/+/+/+, false",
        "$canary, plantbuddy/#, false",
        "$canary, plantbuddy/plantbuddy-canary/alerts, true",
        "$canary, plantbuddy/plantbuddy-canary/#, false",
        "$canary, plantbuddy/rick/alerts, false",
        "$canary, plantbuddy/+/alerts, false",
        "$canary, $share/bridge/plantbuddy/+/+/+, false",
    })
    void subscribe(String username, String filter, boolean allowed) {
        assertThat(Rights.subscribe(principal(username), filter) == ALLOWED).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "rick/01, plantbuddy/rick/01/status, true",
        "rick/01, plantbuddy/rick/01/status/, false",
        "rick/01, plantbuddy/rick/01/soil_moisture, false",
        "rick/01, plantbuddy/rick/02/status, false",
        "rick/01, plantbuddy/anna/01/status, false",
        "rick, plantbuddy/rick/01/status, false",
        "$bridge, plantbuddy/rick/alerts, false",
        "$web, plantbuddy/rick/01/status, false",
    })
    void will(String username, String topic, boolean allowed) {
        assertThat(Rights.will(principal(username), topic) == ALLOWED).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "rick", "rick/01", "$bridge", "$web", "$canary",
    })
    void namesOfPrincipals(String username) {
        assertThat(principal(username).username()).isEqualTo(username);
    }

    @ParameterizedTest
    @CsvSource({
        "''",
        "/",
        "rick/",
        "/01",
        "rick/01/",
        "rick/01/02",
        "rick/#",
        "+/01",
        "#",
        "Rick",
        "rick/alerts",
        "rick/rejected",
        "$share",
        "$bridge/01",
        "'rick|x'",
        "'rick '",
    })
    void namesOfNobody(String username) {
        assertThat(Principal.of(username)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rick/Monstera, board, monstera",
        "rick/A4:CF:12:6B:0E:91, board, a4-cf-12-6b-0e-91",
        "rick/, board, 01",
        "rick/01/02, board, 01-02",
        "rick/alerts, board, alerts-1",
        "Rick, user, rick",
        "my plant/01, user, my-plant",
        "'', user, rick",
        "$bridge, user, bridge"
    })
    void nameOfNobodyIsToldWithOneThatIsAllowed(String username, String what, String allowed) {
        assertThat(Principal.problem(username))
                .startsWith(what + " name '")
                .contains("is not allowed")
                .endsWith("; try " + allowed);
    }

    private static Principal principal(String username) {
        return Principal.of(username).orElseThrow();
    }
}
