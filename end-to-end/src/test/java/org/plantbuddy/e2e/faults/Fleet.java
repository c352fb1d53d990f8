package org.plantbuddy.e2e.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;

/**
 * An installation whose parts are processes of their own: influxd, the broker, bridges. Ports and data stay the same over
 * restarts. It has 5 users with 5 boards each.
 */
final class Fleet implements AutoCloseable {

    private static final int USERS = 5;
    private static final int BOARDS_PER_USER = 5;

    final Path folder;
    final int mqttPort = freePort();
    final InfluxServer influxd;
    final JavaServer broker;
    final List<BridgeServer> bridges;
    final Accounts accounts;
    private final Map<String, String> keys = new TreeMap<>();
    private final List<Server> all = new CopyOnWriteArrayList<>();
    private final Thread lastResort = new Thread(this::killAll);

    private Fleet(Path folder, int bridgeCount, Map<String, String> more, String... influxdOptions)
            throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        influxd = new InfluxServer(folder.resolve("influxdb"), freePort(), influxdOptions);
        all.add(influxd);
        int[] bridgePorts = IntStream.range(0, bridgeCount).map(i -> freePort()).toArray();
        keys.put("PLANTBUDDY_DATA", folder.resolve("data").toString());
        keys.put("PLANTBUDDY_MQTT_BIND", "127.0.0.1");
        keys.put("PLANTBUDDY_MQTT_PORT", Integer.toString(mqttPort));
        keys.put("PLANTBUDDY_MQTT_WEBSOCKET_PORT", Integer.toString(freePort()));
        keys.put("PLANTBUDDY_MQTT_URL", "tcp://127.0.0.1:" + mqttPort);
        keys.put("PLANTBUDDY_INFLUX_URL", influxd.url().toString());
        keys.put("PLANTBUDDY_NOTIFY_URL", "http://127.0.0.1:" + bridgePorts[0] + "/notify");
        keys.putAll(more);
        Runtime.getRuntime().addShutdownHook(lastResort);
        Files.createDirectories(data());
        influxd.start();
        provision();
        accounts = Accounts.open(Config.load(keys), Clock.systemUTC());
        addBoards();
        broker = new JavaServer(
                "broker",
                folder.resolve("broker.log"),
                keys,
                this::brokerListens,
                "-Xmx1g",
                "org.plantbuddy.broker.Main");
        bridges = IntStream.range(0, bridgeCount)
                .mapToObj(i -> new BridgeServer(this, "bridge-" + (i + 1), bridgePorts[i], keys))
                .toList();
        all.add(0, broker);
        all.addAll(0, bridges);
    }

    /** Everything is set up; influxd and the broker run, and so does the first bridge. */
    static Fleet start(Path folder, int bridges) throws IOException, InterruptedException {
        return start(folder, bridges, Map.of());
    }

    /**
     * The same.
     *
     * @param more keys for every part
     */
    static Fleet start(Path folder, int bridges, Map<String, String> more) throws IOException, InterruptedException {
        return started(new Fleet(folder, bridges, more, "--no-tasks")); // they only read what is counted
    }

    /** The same, with InfluxDB's tasks: it watches and tells. */
    static Fleet startWithTasks(Path folder, int bridges, Map<String, String> more)
            throws IOException, InterruptedException {
        return started(new Fleet(folder, bridges, more));
    }

    private static Fleet started(Fleet fleet) throws IOException {
        fleet.broker.start();
        fleet.broker.awaitReady();
        fleet.bridge().start();
        fleet.bridge().awaitReady();
        return fleet;
    }

    private void provision() throws IOException, InterruptedException {
        if (provisionBeside().waitFor() != 0) {
            throw new IOException("provision failed:\n" + Files.readString(folder.resolve("provision.log")));
        }
    }

    /** Starts provisioning with these arguments. */
    Process provisionBeside(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("org.plantbuddy.operations.provision.Main"));
        command.addAll(List.of(arguments));
        return JavaServer.java(command, keys)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("provision.log").toFile()))
                .start();
    }

    /** The same, and kills it after so long. */
    void provisionFor(long milliseconds, String... arguments) throws IOException, InterruptedException {
        Process process = provisionBeside(arguments);
        process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
    }

    private void addBoards() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> lines = new ArrayList<>();
        for (String user : users()) {
            accounts.users().add(user, "a password of " + user);
            for (int device = 1; device <= BOARDS_PER_USER; device++) {
                DeviceCredentials board = accounts.devices().add(user, "0" + device);
                lines.add(json.writeValueAsString(Map.of("username", board.username(), "password", board.password())));
            }
        }
        Files.write(boards(), lines);
    }

    static List<String> users() {
        return IntStream.rangeClosed(1, USERS).mapToObj(i -> "user" + i).toList();
    }

    /** What the boards sign in with, a JSON object a line. */
    Path boards() {
        return folder.resolve("boards");
    }

    Path data() {
        return folder.resolve("data");
    }

    /** The only bridge of most faults. */
    BridgeServer bridge() {
        return bridges.get(0);
    }

    String secret(String name) throws IOException {
        return Files.readString(data().resolve("secrets").resolve(name)).strip();
    }

    private boolean brokerListens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mqttPort)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Not even a harness that is interrupted leaves processes behind. */
    private void killAll() {
        for (Server server : all) {
            try {
                ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
            } catch (IllegalStateException e) {
                // It does not run.
            }
        }
    }

    @Override
    public void close() {
        all.forEach(Server::close);
        accounts.close();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
