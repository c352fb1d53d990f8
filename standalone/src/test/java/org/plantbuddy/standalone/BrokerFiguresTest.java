package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

class BrokerFiguresTest {

    /** MQTT 3.1.1, username "Nobody", password "x". */
    private static final byte[] CONNECT_AS_NOBODY = {
        0x10,
        24,
        0,
        4,
        'M',
        'Q',
        'T',
        'T',
        4,
        (byte) 0xC2,
        0,
        10,
        0,
        1,
        'p',
        0,
        6,
        'N',
        'o',
        'b',
        'o',
        'd',
        'y',
        0,
        1,
        'x'
    };

    @Test
    void statusTellsWhatTheBrokerDenied(@TempDir Path data) throws Exception {
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.DATA, data.toString(),
                        Key.MQTT_BIND, "127.0.0.1",
                        Key.MQTT_PORT, "0",
                        Key.MQTT_WEBSOCKET_PORT, "0"));
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC());
                EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            assertThat(accounts.answers()).isTrue();
            PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            BrokerFigures.measure(broker, meters);
            refusedAsNobody(broker.mqttPort());
            refusedAsNobody(broker.mqttPort());
            assertThat(meters.scrape()).contains("plantbuddy_broker_denied_total{kind=\"not-a-name\"} 2.0");
        }
    }

    @Test
    void whatTheBridgeDoesNotKnowOfItsBrokerIsNotToldAsNothing() {
        assertThat(told()).isEmpty(); // a broker in a container of its own
        BridgeStatus.Figure queue = new BridgeStatus.Figure("plantbuddy_broker_queue_messages", Map.of(), 0);
        assertThat(told(queue)).isEqualTo("0 queued for the bridge; denied: nothing");
        assertThat(told(queue, denied("topic", 0), denied("not-a-name", 2)))
                .isEqualTo("0 queued for the bridge; denied: not-a-name 2");
    }

    private static String told(BridgeStatus.Figure... figures) {
        return BrokerFigures.told(new BridgeStatus(List.of(), List.of(figures)));
    }

    private static BridgeStatus.Figure denied(String kind, int times) {
        return new BridgeStatus.Figure("plantbuddy_broker_denied", Map.of("kind", kind), times);
    }

    private static void refusedAsNobody(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(CONNECT_AS_NOBODY);
            assertThat(socket.getInputStream().readNBytes(4)[3]).isNotZero();
        }
    }
}
