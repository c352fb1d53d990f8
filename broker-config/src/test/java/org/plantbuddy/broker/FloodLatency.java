package org.plantbuddy.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.plantbuddy.topic.Topics;

/**
 * Measures, as a program, what a flooding board does to the latency of others: ten boards publish 20 readings a second each
 * with QoS 1, beside four kinds of flood and between them beside none, with quotas and without.
 *
 * <p>The flooder is a process of its own ({@link Flooder}) that gets what processor time nobody else wants: a board has its own.
 */
final class FloodLatency implements MqttCallback {

    private static final int BOARDS = 10;
    private static final long PAUSE_MS = 50;
    private static final String NO_FLOOD = "no flood";

    private final List<Long> delivered = new ArrayList<>();
    private final List<Long> acknowledged = new ArrayList<>();
    private final LongAdder sent = new LongAdder();
    private volatile boolean running = true;

    private FloodLatency() {}

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
                measuring[0].phase("warm-up, quota " + quota, broker, tokens, seconds, Optional.empty());
                List<String> phases = new ArrayList<>(List.of(NO_FLOOD));
                Flooder.KINDS.forEach(kind -> phases.addAll(List.of(kind, NO_FLOOD)));
                for (String flood : phases) {
                    measuring[0] = new FloodLatency();
                    bridge.setCallback(measuring[0]);
                    measuring[0].phase(
                            flood + ", quota " + quota,
                            broker,
                            tokens,
                            seconds,
                            Flooder.KINDS.contains(flood) ? Optional.of(flood) : Optional.empty());
                }
                bridge.disconnectForcibly(0, 100, false);
                bridge.close(true);
            }
        }
        System.exit(0);
    }

    private static MqttConnectionOptions options(String username, String password) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(username);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        options.setSocketFactory(new NoDelaySockets());
        return options;
    }

    private void phase(String name, TestBroker broker, List<String> tokens, long seconds, Optional<String> flood)
            throws Exception {
        Optional<Process> flooder = flood.isPresent()
                ? Optional.of(Flooder.start(flood.get(), broker.port(), broker.annaBoard))
                : Optional.empty();
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
        long flooded = flooder.isPresent() ? Flooder.stop(flooder.get()) : 0;
        TimeUnit.SECONDS.sleep(2);
        System.out.printf(
                "%-40s sent %5d  acknowledged %s  delivered %s  flood acknowledged %d/s%n",
                name, sent.sum(), figures(acknowledged), figures(delivered), flooded / seconds);
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
