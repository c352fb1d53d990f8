package org.plantbuddy.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * A board that publishes as fast as it can, as a program. Ends when its input does, and prints how many of its messages were
 * acknowledged.
 */
final class Flooder {

    /** Waits for the acknowledgements of 20. */
    static final String WINDOW = "3.1.1, window 20";

    /** Waits for nothing, and connects again when it is sent away. */
    static final String BLIND = "3.1.1, waits for nothing";

    /** As many at once as the broker allows, again and again. */
    static final String MQTT_5 = "5, window 900";

    /** Asks for no acknowledgement. */
    static final String QOS_0 = "3.1.1, QoS 0";

    static final List<String> KINDS = List.of(WINDOW, BLIND, MQTT_5, QOS_0);

    private static final String TOPIC = "plantbuddy/anna/01/light";
    private static final String USERNAME = "anna/01";
    private static final String TOKEN = "FLOOD_TOKEN";

    private final int port;
    private final String token;
    private final LongAdder acknowledged = new LongAdder();
    private volatile boolean running = true;
    private volatile Optional<RawClient> open = Optional.empty();

    private Flooder(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /** A process that has the processors while nobody else wants them. */
    static Process start(String kind, int port, String token) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "chrt",
                "--idle",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Flooder.class.getName(),
                kind,
                Integer.toString(port));
        builder.environment().put(TOKEN, token);
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Returns how many of its messages were acknowledged. */
    static long stop(Process flooder) throws IOException, InterruptedException {
        flooder.getOutputStream().close();
        try (BufferedReader out = flooder.inputReader()) {
            String figure = out.readLine();
            flooder.waitFor();
            return figure == null ? 0 : Long.parseLong(figure);
        }
    }

    public static void main(String[] args) throws Exception {
        Flooder flooder = new Flooder(Integer.parseInt(args[1]), System.getenv(TOKEN));
        Thread flood = new Thread(() -> flooder.flood(args[0]));
        flood.start();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                // only its end says something
            }
        }
        flooder.running = false;
        if (flooder.open.isPresent()) {
            flooder.open.get().end();
        }
        flood.join();
        System.out.println(flooder.acknowledged.sum());
        System.exit(0);
    }

    private void flood(String kind) {
        try {
            switch (kind) {
                case WINDOW -> window(20);
                case BLIND -> blind();
                case QOS_0 -> unacknowledged();
                default -> mqtt5();
            }
        } catch (Exception e) {
            System.err.println("flood ended: " + e);
        }
    }

    private RawClient connection() throws IOException {
        RawClient opened = new RawClient(port);
        open = Optional.of(opened);
        return opened;
    }

    private void window(int window) throws IOException {
        try (RawClient client = connection()) {
            client.noDelay();
            client.connect(USERNAME, token);
            int sent = 0;
            int acks = 0;
            while (running) {
                while (sent - acks < window) {
                    client.publish(1 + ++sent % 60_000, TOPIC, "1");
                }
                int now = client.acknowledged(1).size();
                if (now == 0) {
                    return;
                }
                acks += now;
                acknowledged.add(now);
            }
        }
    }

    private void blind() throws Exception {
        while (running) {
            try (RawClient client = connection()) {
                if (client.connect(USERNAME, token) == 0) {
                    Thread reader = new Thread(() -> acknowledged.add(
                            client.acknowledged(Integer.MAX_VALUE).size()));
                    reader.start();
                    try {
                        for (int i = 1; running; i++) {
                            client.publish(1 + i % 60_000, TOPIC, "1");
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

    private void unacknowledged() throws Exception {
        while (running) {
            try (RawClient client = connection()) {
                if (client.connect(USERNAME, token) == 0) {
                    while (running) {
                        client.publishUnacknowledged(TOPIC, "1");
                    }
                }
            } catch (IOException e) {
                // ended by the broker, or not let in: again at once
            }
        }
    }

    /** The board may still be sent away for the flood before. */
    private Paho letIn() throws InterruptedException {
        while (true) {
            try {
                return Paho.to("tcp://127.0.0.1:" + port).as(USERNAME, token).connect();
            } catch (MqttException e) {
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private void mqtt5() throws Exception {
        try (Paho client = letIn()) {
            while (running) {
                acknowledged.add(client.publishAtOnce(TOPIC, "", 900).values().stream()
                        .filter(code -> code == 0)
                        .count());
            }
        }
    }
}
