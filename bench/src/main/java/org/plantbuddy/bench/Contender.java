package org.plantbuddy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.config.Key;

/** Something that takes readings from the broker, in a process of its own. */
sealed interface Contender {

    String name();

    /** Ready to be started on this site. */
    ProcessBuilder process(Site site) throws IOException;

    /**
     * Plant Buddy's bridge, with its defaults.
     *
     * @param classes a folder or jar that goes before the others on its class path: another build, to compare with
     */
    record Bridge(Optional<Path> classes) implements Contender {

        Bridge() {
            this(Optional.empty());
        }

        /** Environment variable with options for its JVM, for example to profile it. */
        private static final String OPTIONS = "BENCH_BRIDGE_OPTIONS";

        @Override
        public String name() {
            return "Plant Buddy" + classes.map(path -> " with " + path).orElse("");
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

        private static Map<String, String> environment(Site site) throws IOException {
            Map<String, String> environment = new HashMap<>();
            environment.put(Key.DATA.variable(), site.folder().toString());
            environment.put(Key.BRIDGE_PORT.variable(), "0");
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
     * @param program the telegraf binary
     * @param undelivered messages it takes before InfluxDB has accepted them
     * @param batch points in a write
     * @param flush the longest that a smaller batch waits
     */
    record Telegraf(Path program, Path configuration, int undelivered, int batch, String flush) implements Contender {

        /** The one that the script has found or built. */
        static Telegraf of(int undelivered, int batch, String flush) {
            return new Telegraf(
                    Path.of(System.getenv("PLANTBUDDY_TELEGRAF")),
                    Path.of(System.getProperty("bench.telegraf.configuration")),
                    undelivered,
                    batch,
                    flush);
        }

        @Override
        public String name() {
            return "Telegraf (" + undelivered + " undelivered, batch " + batch + ", flush " + flush + ")";
        }

        @Override
        public ProcessBuilder process(Site site) throws IOException {
            ProcessBuilder builder =
                    new ProcessBuilder(program.toString(), "--config", configuration.toString(), "--quiet");
            builder.environment().putAll(site.contenderEnvironment());
            builder.environment()
                    .putAll(Map.of(
                            "UNDELIVERED", Integer.toString(undelivered),
                            "BATCH", Integer.toString(batch),
                            "FLUSH", flush));
            return builder;
        }
    }

    /** Only takes and acknowledges: what the broker and Paho can do. */
    record NoOp() implements Contender {

        @Override
        public String name() {
            return "no-op Paho consumer";
        }

        @Override
        public ProcessBuilder process(Site site) throws IOException {
            ProcessBuilder builder = site.java(
                    "org.slf4j.simple.SimpleServiceProvider", "512m", NoOpConsumer.class.getName(), Optional.empty());
            builder.environment().putAll(site.contenderEnvironment());
            return builder;
        }
    }
}
