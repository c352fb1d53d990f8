package org.plantbuddy.bench;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a hostile client with credentials of its own does, as a program that never ends by itself. It begins again whenever the
 * broker or the page ends its connection.
 */
enum Attack {
    POISON("messages whose correlation data a client of MQTT reads wrongly") {
        @Override
        void once(Target target) throws Exception {
            MqttProperties properties = new MqttProperties();
            properties.add(new MqttProperties.BinaryProperty(
                    MqttProperties.MqttPropertyType.CORRELATION_DATA.value(), new byte[32_768]));
            publish(target, 20, properties, "1".getBytes(StandardCharsets.UTF_8));
        }
    },
    PROPERTIES("messages of one byte with 250 kB of user properties") {
        @Override
        void once(Target target) throws Exception {
            MqttProperties properties = new MqttProperties();
            for (int i = 0; i < 4; i++) {
                properties.add(new MqttProperties.UserProperty("a", "a".repeat(62_000)));
            }
            publish(target, 100, properties, "1".getBytes(StandardCharsets.UTF_8));
        }
    },
    REFUSALS("arrays of 32,000 elements that are all refused") {
        @Override
        void once(Target target) throws Exception {
            String zeros = "[" + "0,".repeat(32_000) + "0]";
            publish(target, 20, MqttProperties.NO_PROPERTIES, zeros.getBytes(StandardCharsets.UTF_8));
        }
    },
    SESSIONS(
            "as many sessions as there may be, each subscribed to all of the user's, and a board that publishes as much as it may") {
        @Override
        void once(Target target) throws Exception {
            List<Mqtt> sessions = new ArrayList<>();
            try (Mqtt board = board(target)) {
                for (int i = 0; i < 40; i++) {
                    subscribed(target).ifPresent(sessions::add);
                }
                for (int i = 0; i < 5_000; i++) {
                    board.publish(TOPIC, "1");
                }
                board.awaitAcknowledged();
            } finally {
                for (Mqtt session : sessions) {
                    session.close();
                }
            }
        }

        /** Empty when it is not let in. */
        private Optional<Mqtt> subscribed(Target target) {
            try {
                Mqtt session = Mqtt.connect(target.mqttPort, "s" + System.nanoTime(), USER, PASSWORD);
                session.subscribe("plantbuddy/" + USER + "/#");
                return Optional.of(session.forPublishing()); // which reads what comes, and acknowledges none of it
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    },
    NEW_SERIES("readings of sensors that nobody has heard of") {
        @Override
        void once(Target target) throws Exception {
            try (Mqtt board = board(target)) {
                for (long i = System.nanoTime(); ; i++) {
                    board.publish(TOPIC + Long.toString(i, Character.MAX_RADIX), "1");
                }
            }
        }
    },
    CONNECTS("2,000 connections, each with most of a large CONNECT and then nothing") {
        @Override
        void once(Target target) throws Exception {
            byte[] start = new byte[200_000];
            byte[] begin = {0x10, (byte) 0x90, (byte) 0xa1, 0x0f, 0, 4, 'M', 'Q', 'T', 'T', 5};
            System.arraycopy(begin, 0, start, 0, begin.length);
            hold(target.mqttPort, 2_000, start, new byte[1]);
        }
    },
    SLOW_BODIES("600 requests to the page whose bodies never end") {
        @Override
        void once(Target target) throws Exception {
            String head = "POST /write HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n";
            hold(
                    target.webPort,
                    600,
                    head.getBytes(StandardCharsets.US_ASCII),
                    "0".getBytes(StandardCharsets.US_ASCII));
        }
    };

    static final String USER = "anna";
    static final String PASSWORD = "only for measurements";
    private static final String BOARD = "01";
    private static final String TOPIC = "plantbuddy/" + USER + "/" + BOARD + "/light";
    private static final String TOKEN = "ATTACK_TOKEN";

    /** Connections are bounded by address. */
    private static final String FROM = "127.0.0.66";

    final String meaning;

    Attack(String meaning) {
        this.meaning = meaning;
    }

    /** Where the system answers. */
    record Target(int mqttPort, int webPort, String token) {}

    /** Until it is stopped. */
    abstract void once(Target target) throws Exception;

    /** A process that has the processors while nobody else wants them: an attacker has its own. */
    Process start(Target target) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "chrt",
                "--idle",
                "0",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Attack.class.getName(),
                name(),
                Integer.toString(target.mqttPort),
                Integer.toString(target.webPort));
        builder.environment().put(TOKEN, target.token);
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        Attack attack = valueOf(arguments[0]);
        Target target =
                new Target(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), System.getenv(TOKEN));
        while (true) {
            try {
                attack.once(target);
            } catch (Exception e) {
                TimeUnit.MILLISECONDS.sleep(10); // sent away or not let in: again
            }
        }
    }

    private static Mqtt board(Target target) throws IOException {
        return Mqtt.connect(target.mqttPort, "board", USER + "/" + BOARD, target.token)
                .forPublishing();
    }

    private static void publish(Target target, int atOnce, MqttProperties properties, byte[] payload) throws Exception {
        try (Mqtt board = board(target)) {
            while (true) {
                for (int i = 0; i < atOnce; i++) {
                    board.publish(TOPIC, properties, payload);
                }
                board.awaitAcknowledged();
            }
        }
    }

    /** Opens connections, sends the same on each, and then a byte a second on those that are left. */
    private static void hold(int port, int connections, byte[] start, byte[] next) throws InterruptedException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(FROM), 0);
                open.add(socket);
                socket.getOutputStream().write(start);
            }
            for (int i = 0; i < 10; i++) {
                TimeUnit.SECONDS.sleep(1);
                for (Socket socket : open) {
                    socket.getOutputStream().write(next);
                }
            }
        } catch (IOException e) {
            // one was ended: all begin again
        } finally {
            for (Socket socket : open) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // it is closed
                }
            }
        }
    }
}
