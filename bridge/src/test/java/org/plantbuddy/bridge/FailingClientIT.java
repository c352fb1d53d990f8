package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The bridge's MQTT client dies of what it reads: a thread of it ends, and nothing else tells. */
class FailingClientIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TOPIC = "plantbuddy/rick/01/light";
    private static final String FAILURES = "plantbuddy_mqtt_client_failures_total";
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int DEADLY = 32_768;

    private static TestSystem system;
    private static BrokerProxy proxy;
    private static Bridge bridge;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        system = new TestSystem(data);
        proxy = new BrokerProxy(URI.create(system.mqtt()).getPort());
        Config config = system.bridgeConfig().with(Map.of(Key.MQTT_URL, "tcp://127.0.0.1:" + proxy.port()));
        bridge = Bridge.start(config, system.accounts);
        awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
        proxy.close();
        system.close();
    }

    @Test
    void endOfAThreadOfTheClientEndsTheConnectionIsCountedAndToldAndReadingsGoOn() throws Exception {
        proxy.open(false);
        proxy.inject(deadly());
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(bridge.problems()).anyMatch(problem -> problem.startsWith("mqtt: "));
            assertThat(TestSystem.get(bridge.httpPort(), "/readyz").statusCode())
                    .isEqualTo(503);
        });
        assertThat(metric(FAILURES)).isPositive();
        try (TestBoard board = system.board()) {
            board.publish(TOPIC, "36");
        }
        proxy.open(true);
        awaitReady();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(system.readings("light")).hasSize(1));
    }

    @Test
    void clientThatDiesAgainAndAgainIsConnectedAnewEachTime() throws Exception {
        for (int round = 1; round <= 4; round++) {
            awaitReady();
            double connects = metric("plantbuddy_mqtt_connects_total");
            double failures = metric(FAILURES);
            proxy.inject(deadly());
            await().atMost(SOON).until(() -> metric("plantbuddy_mqtt_connects_total") >= connects + 2);
            assertThat(metric(FAILURES)).isGreaterThan(failures);
        }
        awaitReady();
    }

    private static void awaitReady() {
        await().atMost(SOON).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
    }

    private static double metric(String name) throws Exception {
        return TestSystem.get(bridge.httpPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static byte[] deadly() throws Exception {
        byte[] correlationData = RawBoard.bytes(data -> {
            data.writeByte(0x09);
            RawBoard.utf8(data, new byte[DEADLY]);
        });
        byte[] body = RawBoard.bytes(data -> {
            RawBoard.utf8(data, TOPIC.getBytes(StandardCharsets.UTF_8));
            data.writeShort(1);
            data.write(RawBoard.sized(correlationData));
            data.write('1');
        });
        return RawBoard.bytes(data -> {
            data.writeByte(PUBLISH_QOS_1);
            data.write(RawBoard.sized(body));
        });
    }
}
