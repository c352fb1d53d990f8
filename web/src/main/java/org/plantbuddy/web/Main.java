package org.plantbuddy.web;

import java.time.Clock;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.process.Version;
import org.plantbuddy.process.Vital;

/** The page as a process of its own, until it is told to stop. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        if (Version.asked("web", args)) {
            return;
        }
        try {
            Config config = Config.load(System.getenv(), Web.NAME, Web.NEEDED);
            Accounts accounts = Accounts.open(config, Clock.systemUTC());
            Web web = Web.start(config, accounts);
            Vital.endProcess();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                web.close();
                                accounts.close();
                            },
                            "stop"));
        } catch (ConfigException | AccountsUnavailableException | IllegalArgumentException e) {
            System.err.println("web: " + e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            System.err.println("web: the page does not start: " + e);
            System.exit(1);
        }
    }
}
