package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeCrashIT {

    private static final int KILLS = 4;
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path data;

    @Test
    void everyAcknowledgedReadingIsStoredOnceThroughKill9OfTheBridge() throws Exception {
        try (TestSystem system = new TestSystem(data)) {
            Process process = system.bridgeProcess(Map.of());
            AtomicBoolean stop = new AtomicBoolean();
            List<Integer> acknowledged = new ArrayList<>();
            Thread sender = new Thread(() -> send(system, stop, acknowledged), "sender");
            sender.start();
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    int before = size(acknowledged);
                    await().atMost(LONG).until(() -> size(acknowledged) > before + 200);
                    TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(500));
                    process.destroyForcibly().waitFor();
                    process = system.bridgeProcess(Map.of());
                }
            } finally {
                stop.set(true);
                sender.join();
            }
            try {
                await().atMost(LONG)
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(counts(system).keySet()).containsAll(acknowledged));
                assertThat(acknowledged).hasSizeGreaterThan(KILLS * 200);
                assertThat(counts(system).values())
                        .as("times each number is stored")
                        .containsOnly(1);
            } finally {
                process.destroy();
                assertThat(process.waitFor(20, TimeUnit.SECONDS))
                        .as("ends on SIGTERM")
                        .isTrue();
            }
        }
    }

    private static Map<Integer, Integer> counts(TestSystem system) throws IOException {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (FluxRecord record : system.readings("light")) {
            if (record.getValue() instanceof Double value) {
                counts.merge((int) Math.round(value), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static int size(List<Integer> acknowledged) {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    /** Numbered readings, each until the broker has acknowledged it; a refused one is sent again. */
    private static void send(TestSystem system, AtomicBoolean stop, List<Integer> acknowledged) {
        try (TestBoard board = system.board()) {
            int next = 0;
            while (!stop.get()) {
                try {
                    board.publish("plantbuddy/rick/01/light", Integer.toString(next));
                } catch (MqttException e) {
                    TimeUnit.MILLISECONDS.sleep(100); // no bridge has subscribed yet
                    continue;
                }
                synchronized (acknowledged) {
                    acknowledged.add(next);
                }
                next++;
            }
        } catch (Exception e) {
            throw new IllegalStateException("the board failed", e);
        }
    }
}
