package org.plantbuddy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.config.Key;

/** Something that takes readings from the broker, in a process of its own. */
sealed interface Contender {

    String name();

    /** Ready to be started on this site. */
    ProcessBuilder process(Site site) throws IOException;

    /** For its name in the tables. */
    private static String connected(int connections) {
        return connections == 1 ? "1 connection" : connections + " connections";
    }

    /**
     * Plant Buddy's bridge, with its defaults.
     *
     * @param connections to the broker
     * @param classes a folder or jar that goes before the others on its class path: another build, to compare with
     */
    record Bridge(int connections, Optional<Path> classes) implements Contender {

        private static final int DEFAULT_CONNECTIONS = Integer.parseInt(Key.BRIDGE_CONNECTIONS.defaultText());

        Bridge() {
            this(DEFAULT_CONNECTIONS, Optional.empty());
        }

        /** Environment variable with options for its JVM, for example to profile it. */
        private static final String OPTIONS = "BENCH_BRIDGE_OPTIONS";

        @Override
        public String name() {
            return "Plant Buddy, " + connected(connections)
                    + classes.map(path -> " with " + path).orElse("");
        }

        @Override
        public ProcessBuilder process(Site site) throws IOException {
            ProcessBuilder builder =
                    site.java("org.slf4j.simple.SimpleServiceProvider", "512m", "org.plantbuddy.bridge.Main", classes);
            builder.environment().putAll(environment(site));
            Optional.ofNullable(System.getenv(OPTIONS))
                    .ifPresent(options -> builder.environment().put("JAVA_TOOL_OPTIONS", options));
            return builder;
        }

        private Map<String, String> environment(Site site) throws IOException {
            Map<String, String> environment = new HashMap<>();
            environment.put(Key.DATA.variable(), site.folder().toString());
            environment.put(Key.BRIDGE_PORT.variable(), "0");
            if (connections != DEFAULT_CONNECTIONS) {
                environment.put(Key.BRIDGE_CONNECTIONS.variable(), Integer.toString(connections));
            }
            environment.put(Key.MQTT_URL.variable(), site.mqttUrl());
            environment.put(Key.INFLUX_URL.variable(), site.influxUrl());
            environment.put(Key.MQTT_TOKEN.variable(), site.secret("mqtt-bridge-token"));
            environment.put(Key.INFLUX_TOKEN.variable(), site.secret("influx-bridge-token"));
            environment.put(Key.INFLUX_OPERATIONS_TOKEN.variable(), site.secret("influx-operations-token"));
            environment.put(Key.NOTIFY_SECRET.variable(), site.secret("notify-secret"));
            return environment;
        }
    }

    /**
     * Telegraf with the committed configuration, which leaves these settings open.
     *
     * @param connections 1 or 2 to the broker, each an input of its own
     * @param configuration folder of the files that are committed
     * @param program the telegraf binary
     * @param undelivered messages it takes before InfluxDB has accepted them
     * @param batch points in a write
     * @param flush the longest that a smaller batch waits
     */
    record Telegraf(int connections, Path program, Path configuration, int undelivered, int batch, String flush)
            implements Contender {

        /** The one that the script has found or built. */
        static Telegraf of(int connections, int undelivered, int batch, String flush) {
            return new Telegraf(
                    connections,
                    Path.of(System.getenv("PLANTBUDDY_TELEGRAF")),
                    Path.of(System.getProperty("bench.telegraf.configuration")),
                    undelivered,
                    batch,
                    flush);
        }

        @Override
        public String name() {
            return "Telegraf, " + connected(connections) + " (" + undelivered + " undelivered, batch " + batch
                    + ", flush " + flush + ")";
        }

        @Override
        public ProcessBuilder process(Site site) throws IOException {
            ProcessBuilder builder =
                    new ProcessBuilder(program.toString(), "--quiet", "--config", file("telegraf.conf"));
            if (connections > 1) {
                builder.command().addAll(List.of("--config", file("second-connection.conf")));
            }
            builder.environment().putAll(site.contenderEnvironment());
            builder.environment()
                    .putAll(Map.of(
                            "UNDELIVERED", Integer.toString(undelivered),
                            "BATCH", Integer.toString(batch),
                            "FLUSH", flush));
            return builder;
        }

        private String file(String name) {
            return configuration.resolve(name).toString();
        }
    }

    /**
     * Only takes and acknowledges: what the broker and Paho can do.
     *
     * @param connections each a client of its own
     */
    record NoOp(int connections) implements Contender {

        NoOp() {
            this(1);
        }

        @Override
        public String name() {
            return "no-op Paho consumer, " + connected(connections);
        }

        @Override
        public ProcessBuilder process(Site site) throws IOException {
            ProcessBuilder builder = site.java(
                    "org.slf4j.simple.SimpleServiceProvider", "512m", NoOpConsumer.class.getName(), Optional.empty());
            builder.command().add(Integer.toString(connections));
            builder.environment().putAll(site.contenderEnvironment());
            return builder;
        }
    }
}
