package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was taken away ends what it opened, within 30 s, and nothing else. */
class RevocationIT {

    private static final Duration PROMISED = Duration.ofSeconds(30);

    @Test
    void whatIsRevokedEndsItsConnectionsAndNoOthers(@TempDir Path data) throws Exception {
        try (TestBroker broker = new TestBroker(data);
                Paho bridge = broker.bridge().connect();
                Paho board = broker.board().session(3_600).connect();
                Paho other =
                        Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect();
                Paho phone = rick(broker, "phone", broker.rickToken);
                Paho laptop = rick(broker, "laptop", Site.PASSWORD);
                Paho anna = Paho.to(broker.uri()).as("anna", Site.PASSWORD).connect()) {
            broker.accounts.devices().revoke("rick", "01");
            broker.accounts.appTokens().revoke("rick", "phone");
            await().atMost(PROMISED).until(() -> !board.isConnected() && !phone.isConnected());
            assertThat(laptop.isConnected()).isTrue();

            broker.accounts.users().changePassword("rick", "another password");
            broker.accounts.devices().revoke("anna", "01");
            String replaced = broker.accounts.devices().add("anna", "01").password();
            await().atMost(PROMISED).until(() -> !laptop.isConnected() && !other.isConnected());
            assertThat(board.connectCode()).isNotZero();
            assertThat(anna.isConnected() && bridge.isConnected()).isTrue();
            try (Paho again = Paho.to(broker.uri()).as("anna/01", replaced)) {
                assertThat(again.connectCode()).isZero();
            }

            broker.accounts.users().remove("anna");
            await().atMost(PROMISED).until(() -> !anna.isConnected());
            assertThat(bridge.isConnected()).isTrue();
        }
    }

    private static Paho rick(TestBroker broker, String clientId, String secret) throws Exception {
        return Paho.to(broker.uri()).as("rick", secret).clientId(clientId).connect();
    }
}
