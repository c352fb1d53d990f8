package org.plantbuddy.process;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.List;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;

/** What a process tells Prometheus, and a port that tells nothing else. Close ends the port. */
public final class Metrics implements AutoCloseable {

    private final HTTPServer server;

    private Metrics(HTTPServer server) {
        this.server = server;
    }

    /** With the build, the Java machine and the process; parts add their own. */
    public static PrometheusMeterRegistry ofProcess() {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PrometheusRegistry registry = meters.getPrometheusRegistry();
        JvmMetrics.builder().register(registry);
        Info.builder()
                .name("plantbuddy_build_info")
                .help("Which build runs")
                .labelNames("version", "commit")
                .register(registry)
                .addLabelValues(Version.number(), Version.commit());
        return meters;
    }

    /**
     * Serves them at {@code /metrics} of a port.
     *
     * @param what would listen there, in words
     * @throws ConfigException when nobody can listen there
     */
    public static Metrics serve(Config config, Key port, String what, PrometheusMeterRegistry meters) {
        ListenPorts.requireFree(config, Key.METRICS_BIND, port, what);
        try {
            return new Metrics(HTTPServer.builder()
                    .hostname(config.text(Key.METRICS_BIND))
                    .port(config.port(port))
                    .registry(meters.getPrometheusRegistry())
                    .buildAndStart());
        } catch (IOException e) {
            throw new ConfigException(List.of(port.variable() + "=" + config.text(port) + " (" + what
                    + ") cannot be listened on: " + e.getMessage()));
        }
    }

    /** Where it listens, also when the configuration says 0. */
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
