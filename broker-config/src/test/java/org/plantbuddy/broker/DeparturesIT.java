package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.accounts.Removals;

/** A removed user's sessions, what is queued for them, and retained messages do not meet whoever takes the name next. */
class DeparturesIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void nothingOfARemovedUserIsLeftAndNothingOfOthersGoes(@TempDir Path data) throws Exception {
        try (TestBroker broker = new TestBroker(data);
                Paho bridge = broker.bridge().connect();
                Paho laptop = Paho.to(broker.uri())
                        .as("rick", Site.PASSWORD)
                        .clientId("laptop")
                        .connect();
                Paho board = broker.board()
                        .session(3_600)
                        .will("plantbuddy/rick/01/status", "offline", true)
                        .connect();
                Paho anna =
                        Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect()) {
            bridge.subscribe("$share/bridge/plantbuddy/+/+/+");
            broker.accounts.removals().alive("bridge-1");
            subscribeAndLeave(broker, "rick", Site.PASSWORD);
            subscribeAndLeave(broker, "anna", Site.PASSWORD);
            board.publish("plantbuddy/rick/01/status", "online", true);
            anna.publish("plantbuddy/anna/01/status", "online", true);
            for (String user : new String[] {"rick", "anna"}) {
                bridge.publish("plantbuddy/" + user + "/alerts/01/light", "in force", true);
                bridge.publish("plantbuddy/" + user + "/alerts", "an alert");
            }
            board.publish("plantbuddy/rick/01/light", "36");
            await().atMost(SOON).until(() -> bridge.payloads().contains("36"));
            long stamp = Long.parseLong(bridge.received
                    .get(bridge.payloads().indexOf("36"))
                    .property("received-at")
                    .orElseThrow());

            broker.accounts.users().remove("rick");

            Removals removals = broker.accounts.removals();
            await().atMost(SOON)
                    .until(() ->
                            removals.pending("rick").orElseThrow().cutoffNs().isPresent());
            Removal removal = removals.pending("rick").orElseThrow();
            assertThat(removal.cutoffNs().getAsLong()).isGreaterThan(stamp);
            assertThat(board.isConnected() || laptop.isConnected()).isFalse();
            assertThat(anna.isConnected() && bridge.isConnected()).isTrue();

            assertThat(removals.claim(removal, "bridge-1", SOON)).isTrue();
            removals.erased(removal, "bridge-1");
            broker.accounts.users().add("rick", "another horse");
            assertThat(meets(broker, "rick", "another horse")).isEmpty();
            assertThat(meets(broker, "anna", Site.PASSWORD)).contains("an alert", "in force", "online");
        }
    }

    private static void subscribeAndLeave(TestBroker broker, String user, String password) throws Exception {
        try (Paho phone = phone(broker, user, password).connect()) {
            assertThat(phone.subscribe("plantbuddy/" + user + "/#")).isEqualTo(1);
        }
    }

    /** What a user finds who comes with the client id, and the filter, of before. */
    private static List<String> meets(TestBroker broker, String user, String password) throws Exception {
        try (Paho phone = phone(broker, user, password).connect()) {
            phone.subscribe("plantbuddy/" + user + "/#");
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            return phone.payloads();
        }
    }

    private static Paho phone(TestBroker broker, String user, String password) {
        return Paho.to(broker.uri()).as(user, password).clientId("phone").session(3_600);
    }
}
