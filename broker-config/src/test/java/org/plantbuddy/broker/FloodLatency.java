package org.plantbuddy.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Key;
import org.plantbuddy.mqtt.NoDelaySockets;
import org.plantbuddy.topic.Topics;

/**
 * Measures, as a program, what a flooding board does to the latency of others: ten boards publish 20 readings a second each
 * with QoS 1, beside no flood and beside three kinds of it, with quotas and without.
 */
final class FloodLatency implements MqttCallback {

    private static final int BOARDS = 10;
    private static final long PAUSE_MS = 50;
    private static final String FLOOD = "plantbuddy/anna/01/light";

    private final List<Long> delivered = new ArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();
    private final LongAdder flooded = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private volatile boolean running = true;

    private FloodLatency() {}

    private interface Flood {
        void run(TestBroker broker) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        long seconds = Long.parseLong(args[0]);
        for (String quota : new String[] {"500", "0"}) {
            Path data = Files.createTempDirectory("flood");
            try (TestBroker broker = new TestBroker(data, Map.of(Key.QUOTA_BOARD, quota, Key.QUOTA_USER, "5000"))) {
                List<String> tokens = new ArrayList<>();
                for (int i = 0; i < BOARDS; i++) {
                    tokens.add(broker.accounts.devices().add("rick", "b" + i).password());
                }
                MqttAsyncClient bridge = new MqttAsyncClient(broker.uri(), "bridge-1", new MemoryPersistence());
                FloodLatency[] measuring = {new FloodLatency()};
                bridge.setCallback(measuring[0]);
                bridge.connect(options(Services.BRIDGE, broker.bridge)).waitForCompletion();
                bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION, 1).waitForCompletion();
                measuring[0].phase("warm-up, quota " + quota, broker, tokens, seconds, b -> {});
                for (Map.Entry<String, Flood> flood : floods(measuring).entrySet()) {
                    measuring[0] = new FloodLatency();
                    bridge.setCallback(measuring[0]);
                    measuring[0].phase(flood.getKey() + ", quota " + quota, broker, tokens, seconds, flood.getValue());
                }
                bridge.disconnectForcibly(0, 100, false);
                bridge.close(true);
            }
        }
        System.exit(0);
    }

    private static Map<String, Flood> floods(FloodLatency[] measuring) {
        Map<String, Flood> floods = new LinkedHashMap<>();
        floods.put("no flood", broker -> {});
        floods.put("3.1.1, window 20", broker -> measuring[0].window(broker, 20));
        floods.put("3.1.1, waits for nothing", broker -> measuring[0].blind(broker));
        floods.put("5, window 900", broker -> measuring[0].mqtt5(broker));
        floods.put("no flood again", broker -> {});
        return floods;
    }

    private static MqttConnectionOptions options(String username, String password) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(username);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        options.setSocketFactory(new NoDelaySockets());
        return options;
    }

    private void phase(String name, TestBroker broker, List<String> tokens, long seconds, Flood flood)
            throws Exception {
        Thread flooder = new Thread(() -> {
            try {
                flood.run(broker);
            } catch (Exception e) {
                System.out.println("flood ended: " + e);
            }
        });
        flooder.start();
        List<Thread> boards = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            String device = "b" + i;
            String token = tokens.get(i);
            Thread board = new Thread(() -> board(broker, device, token));
            boards.add(board);
            board.start();
        }
        TimeUnit.SECONDS.sleep(seconds);
        running = false;
        for (Thread board : boards) {
            board.join();
        }
        flooder.join();
        TimeUnit.SECONDS.sleep(2);
        System.out.printf(
                "%-40s sent %5d  acknowledged %s  delivered %s  flood acknowledged %d/s%n",
                name, sent.sum(), figures(acknowledged), figures(delivered), flooded.sum() / seconds);
    }

    private void board(TestBroker broker, String device, String token) {
        try (RawClient client = new RawClient(broker.port())) {
            client.noDelay();
            if (client.connect("rick/" + device, token) != 0) {
                throw new IOException(device + " was not let in");
            }
            for (int i = 1; running; i++) {
                long start = System.nanoTime();
                client.publish(1 + i % 60_000, "plantbuddy/rick/" + device + "/light", "t" + start);
                sent.increment();
                if (client.acknowledged(1).size() != 1) {
                    throw new IOException(device + " was not acknowledged");
                }
                add(acknowledged, System.nanoTime() - start);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("LOST: " + e);
        }
    }

    private void window(TestBroker broker, int window) throws IOException {
        try (RawClient client = new RawClient(broker.port())) {
            client.noDelay();
            client.connect("anna/01", broker.annaBoard);
            int sentNow = 0;
            int acks = 0;
            while (running) {
                while (sentNow - acks < window) {
                    client.publish(1 + ++sentNow % 60_000, FLOOD, "1");
                }
                int now = client.acknowledged(1).size();
                if (now == 0) {
                    return;
                }
                acks += now;
                flooded.add(now);
            }
        }
    }

    private void blind(TestBroker broker) throws Exception {
        while (running) {
            try (RawClient client = new RawClient(broker.port())) {
                if (client.connect("anna/01", broker.annaBoard) == 0) {
                    Thread reader = new Thread(() ->
                            flooded.add(client.acknowledged(Integer.MAX_VALUE).size()));
                    reader.start();
                    try {
                        for (int i = 1; running; i++) {
                            client.publish(1 + i % 60_000, FLOOD, "1");
                        }
                    } catch (IOException e) {
                        // ended by the broker
                    }
                    client.end();
                    reader.join();
                }
            } catch (IOException e) {
                // not let in: again at once
            }
        }
    }

    private void mqtt5(TestBroker broker) throws Exception {
        try (Paho client = Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect()) {
            while (running) {
                flooded.add(client.publishAtOnce(FLOOD, "", 900).values().stream()
                        .filter(code -> code == 0)
                        .count());
            }
        }
    }

    private static void add(List<Long> figures, long nanos) {
        synchronized (figures) {
            figures.add(nanos);
        }
    }

    private static String figures(List<Long> nanos) {
        synchronized (nanos) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted.length == 0
                    ? "none"
                    : String.format(
                            "%d p50 %.1f p99 %.1f max %.1f ms",
                            sorted.length,
                            sorted[sorted.length / 2] / 1e6,
                            sorted[(int) (sorted.length * 0.99)] / 1e6,
                            Arrays.stream(sorted).max().orElse(0) / 1e6);
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        String payload = new String(message.getPayload(), StandardCharsets.UTF_8);
        if (payload.startsWith("t")) {
            add(delivered, System.nanoTime() - Long.parseLong(payload.substring(1)));
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
