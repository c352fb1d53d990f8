package org.plantbuddy.bridge;

import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.bridge.journal.JournalUnavailableException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.process.Logging;
import org.plantbuddy.process.Version;
import org.plantbuddy.process.Vital;

/** The bridge as a process of its own: runs until SIGTERM or SIGINT. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (Version.asked("bridge", arguments)) {
            return;
        }
        Logging.ofService(System.getenv());
        try {
            Config config = Config.load(System.getenv(), Bridge.NAME, Bridge.NEEDED);
            Accounts accounts = Accounts.open(config, Clock.systemUTC());
            Bridge bridge = Bridge.start(config, accounts);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                bridge.close();
                                accounts.close();
                            },
                            "shutdown"));
            Vital.endProcess();
            new CountDownLatch(1).await();
        } catch (ConfigException
                | AccountsUnavailableException
                | JournalUnavailableException
                | IllegalArgumentException e) {
            System.err.println("bridge: " + e.getMessage());
            System.exit(1);
        }
    }
}
