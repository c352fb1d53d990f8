package org.plantbuddy.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/**
 * A program: one person opens as many sessions as it can, each subscribed to all of its own, while its board and another's publish.
 * Prints how long the other's acknowledgements took, alone and beside that; in the second round without limits.
 *
 * <p>Arguments: seconds a phase, sessions that are tried.
 */
final class SessionFlood {

    private static final int THREADS = 8;

    private SessionFlood() {}

    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[0]);
        int sessions = Integer.parseInt(args[1]);
        round("limits by default", Map.of(), seconds, sessions);
        round("limits lifted", Map.of(Key.MQTT_SESSIONS, "100000", Key.MQTT_CONNECTIONS, "100000"), seconds, sessions);
        System.exit(0);
    }

    private static void round(String name, Map<Key, String> config, int seconds, int sessions) throws Exception {
        Path data = Files.createTempDirectory("session-flood");
        try (TestBroker broker = new TestBroker(data, config);
                Paho bridge = broker.bridge().connect();
                Paho anna =
                        Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect();
                Paho rick = broker.board().connect()) {
            bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION);
            measure(anna, 2);
            System.out.printf("%s: alone %s%n", name, measure(anna, seconds));
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger tried = new AtomicInteger();
            AtomicInteger opened = new AtomicInteger();
            for (int i = 0; i < THREADS; i++) {
                thread(() -> flood(broker, tried, opened, sessions, over));
            }
            thread(() -> publish(rick, over));
            System.out.printf("%s: while sessions are opened %s%n", name, measure(anna, seconds));
            System.out.printf("%s: later %s%n", name, measure(anna, seconds));
            over.set(true);
            System.out.printf(
                    "%s: %d sessions tried, %d opened; denied %s%n",
                    name, tried.get(), opened.get(), broker.broker().denials());
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void flood(
            TestBroker broker, AtomicInteger tried, AtomicInteger opened, int sessions, AtomicBoolean over) {
        while (!over.get()) {
            int number = tried.incrementAndGet();
            if (number > sessions) {
                tried.decrementAndGet();
                return;
            }
            try (Paho app = Paho.to(broker.uri())
                    .as("rick", broker.rickToken)
                    .clientId("app-" + number)
                    .session(3_600)) {
                if (app.connectCode() == 0 && app.subscribe("plantbuddy/rick/#") == 1) {
                    opened.incrementAndGet();
                }
            } catch (Exception e) {
                // ended meanwhile
            }
        }
    }

    private static void publish(Paho rick, AtomicBoolean over) {
        try {
            while (!over.get()) {
                rick.publish("plantbuddy/rick/01/light", "1");
                Thread.sleep(10);
            }
        } catch (Exception e) {
            System.out.println("rick's board: " + e);
        }
    }

    private static String measure(Paho anna, int seconds) throws Exception {
        long[] nanos = new long[seconds * 1_000];
        int count = 0;
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end && count < nanos.length) {
            long start = System.nanoTime();
            int code = anna.publish("plantbuddy/anna/01/light", "1");
            if (code != 0) {
                throw new IOException("not acknowledged: " + code);
            }
            nanos[count++] = System.nanoTime() - start;
            Thread.sleep(20);
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return String.format(
                "p50 %.1f p99 %.1f max %.1f ms (%d)",
                sorted[count / 2] / 1e6, sorted[count * 99 / 100] / 1e6, sorted[count - 1] / 1e6, count);
    }
}
