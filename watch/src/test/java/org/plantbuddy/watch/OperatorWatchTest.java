package org.plantbuddy.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Watchers;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Secret;
import org.plantbuddy.testing.MovableClock;

/** Several processes on one database, a real receiver of webhooks, a real SMTP server. */
class OperatorWatchTest {

    private static final String TOKEN = "T0KEN-of-the-webhook";

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-27T12:00:00Z"));
    private final List<String> posted = new ArrayList<>();
    private int answer = 200;
    private boolean endless;
    private Optional<String> problem = Optional.empty();

    private Path file;
    private Accounts accounts;
    private HttpServer receiver;
    private SmtpServer smtp;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        file = folder.resolve("accounts.db");
        accounts = Accounts.openFile(file, clock);
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(answer, endless ? 0 : -1);
            if (!endless) {
                exchange.close();
            }
        });
        receiver.start();
        smtp = SmtpServer.plain();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        smtp.close();
        accounts.close();
    }

    private OperatorWatch watch(String name) {
        return watch(name, List.of(new Part("influxdb", () -> problem)));
    }

    private OperatorWatch watch(String name, List<Part> parts) {
        Secret address = new Secret("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hooks/" + TOKEN);
        Config config = Config.load(Map.of(
                "PLANTBUDDY_OPERATOR_EMAIL", "ops@example.org",
                "PLANTBUDDY_SMTP_HOST", "localhost",
                "PLANTBUDDY_SMTP_PORT", "" + smtp.port(),
                "PLANTBUDDY_SMTP_TLS", "none"));
        OperatorWatch watch = new OperatorWatch(
                accounts.watchers(),
                name,
                parts,
                List.of(new Webhook(address), new Email(config)),
                new SimpleMeterRegistry(),
                clock);
        watch.meet();
        return watch;
    }

    private void pass(int seconds, OperatorWatch... watching) {
        for (int passed = 0; passed < seconds; passed += 10) {
            for (OperatorWatch watch : watching) {
                watch.look();
            }
            clock.move(Duration.ofSeconds(10));
        }
    }

    @Test
    void severalProcessesThatSeeTheSameTellItOnceOnEachChannel() {
        OperatorWatch first = watch("bridge-1");
        OperatorWatch second = watch("bridge-2");
        pass(60, first, second);
        assertThat(posted).isEmpty();

        problem = Optional.of("it does not answer");
        pass(120, second, first);
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0))
                .contains("\"part\":\"influxdb\"", "it does not answer", "2026-11-27T12:01:00Z", "\"well\":[]");
        assertThat(smtp.mails).hasSize(1);

        problem = Optional.empty();
        pass(120, first, second);
        assertThat(posted).hasSize(2);
        assertThat(posted.get(1)).contains("works again: influxdb").contains("\"wrong\":[]");
        assertThat(smtp.mails).hasSize(2);
    }

    @Test
    void whatHasLastedWhenItIsSeenIsToldAtTheNextLook() {
        Instant since = clock.instant().minusSeconds(90);
        OperatorWatch other = watch("bridge-1");
        OperatorWatch seeing =
                watch("bridge-2", List.of(new Part("tasks", () -> Optional.of("late"), since::toEpochMilli)));
        pass(20, other, seeing);
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0)).contains("\"part\":\"tasks\"", "late (bridge-2)", "\"since\":\"" + since + "\"");
    }

    @Test
    void processThatIsKilledIsToldByAnotherWithinTwoMinutesAndThatItIsBack() {
        OperatorWatch bridge = watch("bridge-1");
        OperatorWatch page = watch("web");
        pass(60, bridge, page); // the bridge tells for both

        pass(120, page);
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0)).contains("process bridge-1").contains("it last said that it lives");

        pass(120, watch("bridge-1"), page);
        assertThat(posted).hasSize(2);
        assertThat(posted.get(1)).contains("works again: process bridge-1");
    }

    @Test
    void processThatIsAloneTellsAfterwardsThatItWasKilled() {
        pass(60, watch("bridge-1"));
        clock.move(Duration.ofMinutes(10));

        pass(120, watch("bridge-1"));
        assertThat(posted).hasSize(2);
        assertThat(posted.get(0)).contains("process bridge-1").contains("has been started again");
        assertThat(posted.get(1)).contains("works again: process bridge-1");
    }

    @Test
    void processThatEndsInOrderIsNotMissed() {
        OperatorWatch bridge = watch("bridge-1");
        OperatorWatch page = watch("web");
        pass(60, bridge, page);
        bridge.close();
        pass(600, page);
        assertThat(posted).isEmpty();
    }

    @Test
    void processThatNeverComesBackIsToldOnceAndThenForgotten() {
        OperatorWatch page = watch("web");
        pass(60, watch("bridge-7"), page);
        pass(120, page);
        assertThat(posted).hasSize(1);

        clock.move(Duration.ofDays(8)); // the page hung meanwhile
        pass(300, page);
        assertThat(posted).hasSize(1);
        assertThat(accounts.watchers().all()).extracting(Watchers.Watcher::name).containsExactly("web");
    }

    @Test
    void deadWebhookIsTriedAgainKeepsNoMailBackAndItsAddressIsToldNowhere() {
        answer = 503;
        problem = Optional.of("it does not answer");
        OperatorWatch watch = watch("bridge-1");
        String said = whileSaying(() -> pass(240, watch));
        assertThat(smtp.mails).hasSize(1);
        assertThat(posted.size()).isBetween(3, 6);
        assertThat(said).contains("event=operator_not_told channel=webhook").contains("it answers 503");

        receiver.stop(0);
        said += whileSaying(() -> pass(600, watch));
        assertThat(said).contains("it does not answer: ConnectException").doesNotContain(TOKEN);
    }

    /** The time is that of a test that hangs. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void receiverWhoseAnswerNeverEndsHoldsNothingUp() {
        endless = true;
        problem = Optional.of("it does not answer");
        pass(120, watch("bridge-1"));
        assertThat(posted).hasSize(1);
        assertThat(smtp.mails).hasSize(1);
    }

    @Test
    void messageThatWaitsSurvivesTheProcess() {
        answer = 503;
        problem = Optional.of("it does not answer");
        OperatorWatch bridge = watch("bridge-1");
        OperatorWatch page = watch("web", List.of());
        pass(60, bridge, page);
        posted.clear();
        answer = 200;
        pass(180, page); // the bridge was killed
        assertThat(posted.get(0)).contains("not working: influxdb");
        assertThat(smtp.mails.get(0)).contains("influxdb");
        assertThat(posted).noneMatch(text -> posted.indexOf(text) > 0 && text.contains("not working: influxdb"));
    }

    @Test
    void databaseThatTakesNothingIsToldByEachProcessAndThatItDoesAgain() throws Exception {
        OperatorWatch watch = watch("bridge-1");
        pass(30, watch);
        sql("ALTER TABLE watchers RENAME TO away");
        pass(120, watch);
        assertThat(posted).hasSize(1);
        assertThat(posted.get(0)).contains("not working: accounts");
        sql("ALTER TABLE away RENAME TO watchers");
        pass(120, watch);
        assertThat(posted).hasSize(2);
        assertThat(posted.get(1)).contains("works again: accounts");
    }

    @Test
    void addressThatIsNoneIsNotTold() {
        assertThatThrownBy(() -> new Webhook(new Secret("ftp://" + TOKEN)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PLANTBUDDY_OPERATOR_WEBHOOK must be an address")
                .hasMessageNotContaining(TOKEN);
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    private static String whileSaying(Runnable work) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
