package org.plantbuddy.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Logging;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.process.Version;
import org.plantbuddy.process.Vital;
import org.plantbuddy.tls.BadCertificateException;
import org.slf4j.LoggerFactory;

/** The page as a process of its own, until it is told to stop. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (Version.asked("web", args)) {
            return;
        }
        Logging.ofService(System.getenv());
        try {
            Config config = Config.load(System.getenv(), Web.NAME, Web.NEEDED);
            Accounts accounts = Accounts.open(config, Clock.systemUTC());
            PrometheusMeterRegistry meters = Metrics.ofProcess();
            Metrics metrics = Metrics.serve(config, Key.WEB_METRICS_PORT, "the page's /metrics", meters);
            Web web = Web.start(config, accounts, meters);
            LoggerFactory.getLogger(Main.class).info("figures served port={}", metrics.port());
            Vital.endProcess();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                web.close();
                                accounts.close();
                            },
                            "stop"));
        } catch (ConfigException
                | BadCertificateException
                | AccountsUnavailableException
                | IllegalArgumentException e) {
            System.err.println("web: " + e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            System.err.println("web: the page does not start: " + e);
            System.exit(1);
        }
    }
}
