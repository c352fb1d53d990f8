package org.plantbuddy.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;

/** Mail by a real SMTP server. */
class EmailTest {

    private static final Message MESSAGE = new Message(
            1_800_000_000_000L,
            List.of(new Message.Line("influxdb", "it does not answer — über", 1_799_999_000_000L, 0)),
            List.of());

    @TempDir
    private static Path folder;

    private static Config config(int port, String... more) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PLANTBUDDY_OPERATOR_EMAIL", "ops@example.org, second@example.org");
        environment.put("PLANTBUDDY_SMTP_HOST", "localhost");
        environment.put("PLANTBUDDY_SMTP_PORT", "" + port);
        for (int i = 0; i < more.length; i += 2) {
            environment.put("PLANTBUDDY_" + more[i], more[i + 1]);
        }
        return Config.load(environment);
    }

    @Test
    void mailSaysWhatDoesNotWork() throws Exception {
        try (SmtpServer server = SmtpServer.plain()) {
            new Email(config(server.port(), "SMTP_TLS", "none", "SMTP_FROM", "plants@example.org")).send(MESSAGE);

            assertThat(server.mails.get(0))
                    .contains("Subject: Plant Buddy: not working: influxdb")
                    .contains("From: plants@example.org")
                    .contains("To: ops@example.org, second@example.org")
                    .contains("Auto-Submitted: auto-generated");
        }
    }

    @Test
    void passwordGoesOnlyToTheServerWhoseCertificateIsTrusted() throws Exception {
        try (SmtpServer server = SmtpServer.withTls(SmtpServer.certificate(folder))) {
            Config config = config(server.port(), "SMTP_USER", SmtpServer.USER, "SMTP_PASSWORD", SmtpServer.PASSWORD);
            assertThatThrownBy(() -> new Email(config).send(MESSAGE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("TLS");
            assertThat(server.mails).isEmpty();

            new Email(config, Optional.of(SmtpServer.trusting(folder))).send(MESSAGE);
            assertThat(server.mails).hasSize(1);
        }
    }

    @Test
    void serverWithoutTlsGetsNothingUnlessToldSo() throws Exception {
        try (SmtpServer server = SmtpServer.plain()) {
            assertThatThrownBy(() -> new Email(config(server.port())).send(MESSAGE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("STARTTLS");
            assertThat(server.mails).isEmpty();
        }
    }

    @Test
    void wrongPasswordIsAnErrorThatDoesNotTellIt() throws Exception {
        try (SmtpServer server = SmtpServer.withTls(SmtpServer.certificate(folder))) {
            Config config =
                    config(server.port(), "SMTP_USER", SmtpServer.USER, "SMTP_PASSWORD", "not-" + SmtpServer.PASSWORD);
            assertThatThrownBy(() -> new Email(config, Optional.of(SmtpServer.trusting(folder))).send(MESSAGE))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining(SmtpServer.PASSWORD);
        }
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        Config config = Config.load(Map.of(
                "PLANTBUDDY_OPERATOR_EMAIL", "nobody at all",
                "PLANTBUDDY_SMTP_TLS", "perhaps"));
        assertThatThrownBy(() -> new Email(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PLANTBUDDY_OPERATOR_EMAIL=nobody at all")
                .hasMessageContaining("PLANTBUDDY_SMTP_HOST is not set")
                .hasMessageContaining("PLANTBUDDY_SMTP_TLS=perhaps must be starttls, tls or none");
    }
}
