package org.plantbuddy.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.Row;

/**
 * Boards of a user who has done nothing, each with a numbered reading every 40 ms that it waits for, and a reader that asks
 * InfluxDB for the newest numbers again and again. A reading counts as stored when an answer that holds it, or a later one of
 * its board, has arrived.
 */
final class Victims {

    static final int BOARDS = 4;
    private static final long PAUSE_MS = 40;
    private static final int MOST = 1_000_000;

    private final String user;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicLongArray sent = new AtomicLongArray(MOST);
    private final List<Double> acknowledged = new ArrayList<>();
    private final List<Double> stored = new ArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean running = true;

    Victims(String user) {
        this.user = user;
    }

    /** What was measured. */
    record Figures(int sent, int failures, long stored, List<Double> acknowledgedMs, List<Double> storedMs) {

        boolean isLossless() {
            return stored == sent && failures == 0;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d | %s | %s | %s",
                    sent,
                    isLossless() ? "0" : sent - stored + " (failures " + failures + ")",
                    quantiles(acknowledgedMs),
                    quantiles(storedMs));
        }

        private static String quantiles(List<Double> sorted) {
            return sorted.isEmpty()
                    ? "none"
                    : String.format(
                            Locale.ROOT,
                            "%.1f, %.1f, %.1f",
                            at(sorted, 0.5),
                            at(sorted, 0.99),
                            sorted.get(sorted.size() - 1));
        }

        private static double at(List<Double> sorted, double quantile) {
            return sorted.get((int) Math.min(sorted.size() - 1.0, sorted.size() * quantile));
        }
    }

    /**
     * Measures for some seconds.
     *
     * @param tokens of boards {@code b0}, {@code b1} and so on
     */
    Figures measure(int mqttPort, List<String> tokens, Influx influx, int seconds) throws InterruptedException {
        List<Thread> boards = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            String device = "b" + i;
            String token = tokens.get(i);
            boards.add(new Thread(() -> board(mqttPort, device, token), device));
        }
        Thread reader = new Thread(() -> read(influx), "reader");
        reader.start();
        boards.forEach(Thread::start);
        TimeUnit.SECONDS.sleep(seconds);
        running = false;
        for (Thread board : boards) {
            board.join();
        }
        long found = 0;
        for (int i = 0; i < 60 && found < numbers.get(); i++) { // a minute for the last of them to arrive
            TimeUnit.SECONDS.sleep(1);
            found = count(influx);
        }
        reader.join();
        return new Figures(numbers.get(), failures.get(), found, sorted(acknowledged), sorted(stored));
    }

    private void board(int mqttPort, String device, String token) {
        while (running) {
            try (Mqtt mqtt =
                    Mqtt.connect(mqttPort, "victim", user + "/" + device, token).forPublishing()) {
                while (running) {
                    int number = numbers.getAndIncrement();
                    long start = System.nanoTime();
                    sent.set(number, start);
                    mqtt.publish("plantbuddy/" + user + "/" + device + "/light", Integer.toString(number));
                    mqtt.awaitAcknowledged();
                    add(acknowledged, start);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                }
            } catch (Exception e) {
                failures.incrementAndGet();
                Progress.say(device + ": " + e.getMessage());
            }
        }
    }

    private void read(Influx influx) {
        int[] seen = new int[BOARDS];
        Arrays.fill(seen, -1);
        while (running) {
            try {
                for (Row row : influx.query(series() + " |> last()")) {
                    int board = Integer.parseInt(row.text("device_id").substring(1));
                    int newest = row.value() instanceof Number number ? number.intValue() : -1;
                    if (newest > seen[board]) {
                        add(stored, sent.get(newest));
                        seen[board] = newest;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failures.incrementAndGet();
                Progress.say("query: " + e.getMessage());
            }
        }
    }

    private long count(Influx influx) {
        return influx.query(series() + " |> count() |> group() |> sum()").stream()
                .mapToLong(row -> row.value() instanceof Number number ? number.longValue() : 0)
                .sum();
    }

    private String series() {
        return "from(bucket: \"plantbuddy\") |> range(start: -1h, stop: 1h) |> filter(fn: (r) => r._measurement =="
                + " \"light\" and r.user == \"" + user + "\")";
    }

    private static void add(List<Double> milliseconds, long start) {
        synchronized (milliseconds) {
            milliseconds.add((System.nanoTime() - start) / 1e6);
        }
    }

    private static List<Double> sorted(List<Double> milliseconds) {
        synchronized (milliseconds) {
            return milliseconds.stream().sorted().toList();
        }
    }
}
