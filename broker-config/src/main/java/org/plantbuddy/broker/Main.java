package org.plantbuddy.broker;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CountDownLatch;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Logging;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.process.Version;
import org.plantbuddy.process.Vital;

/**
 * The embedded broker as a process of its own, where no HiveMQ installation runs the extension: until SIGTERM or SIGINT.
 *
 * <p>Configured by {@code PLANTBUDDY_*}; its data lies in {@code <data>/broker}.
 */
public final class Main {

    /** In figures. */
    static final String PART = "broker";

    /** What listens on the port of figures. */
    static final String METRICS = "the broker's /metrics";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (Version.asked("broker", arguments)) {
            return;
        }
        Logging.withBroker("logback-service.xml", System.getenv());
        try {
            Config config = Config.load(System.getenv());
            PrometheusMeterRegistry meters = Metrics.ofProcess();
            Metrics metrics = Metrics.serve(config, Key.BROKER_METRICS_PORT, METRICS, meters);
            EmbeddedBroker broker = EmbeddedBroker.start(config);
            broker.measure(meters);
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
            Vital.endProcess();
            System.out.println("ready mqtt=" + broker.mqttPort() + " websocket=" + broker.webSocketPort() + " metrics="
                    + metrics.port());
            new CountDownLatch(1).await();
        } catch (ConfigException | BrokerStartException e) {
            System.err.println("broker: " + e.getMessage());
            System.exit(1);
        }
    }
}
