package org.plantbuddy.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.influx.Influx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The first minute after a start, which is another than those after it: 100 readings a second from the moment it is ready. */
@Command(name = "cold", description = "Latency, CPU and memory of `up` in the first minute after its start.")
final class ColdCommand implements Callable<Integer> {

    @Option(names = "--launcher", description = "plantbuddy of the checkout that is measured")
    private Path launcher = Path.of(System.getProperty("plantbuddy.root", "."), "plantbuddy");

    @Option(
            names = "--jvm",
            description = "what more Java is told, to compare; may be given several times (default: as shipped)")
    private List<String> jvmOptions = List.of("");

    @Option(names = "--rounds", defaultValue = "1", description = "how often each is started")
    private int rounds;

    @Option(names = "--tens", defaultValue = "6", description = "how many times ten seconds")
    private int tens;

    private int users;

    @Override
    public Integer call() throws Exception {
        System.out.println("| Java | second | sent | lost | acknowledged, ms: median, p99, longest | stored"
                + " | CPU of a core | peak MiB |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        boolean lossless = true;
        for (int round = 0; round < rounds; round++) {
            for (String options : jvmOptions) {
                lossless &= measure(options);
            }
        }
        return lossless ? 0 : 1;
    }

    private boolean measure(String options) throws Exception {
        boolean lossless = true;
        try (UpProcess up = UpProcess.start(launcher, options);
                Accounts accounts = up.accounts();
                Influx influx = up.influx()) {
            for (int ten = 0; ten < tens; ten++) {
                String user = "cold" + ++users;
                accounts.users().add(user, Attack.PASSWORD);
                List<String> tokens = new ArrayList<>();
                for (int i = 0; i < Victims.BOARDS; i++) {
                    tokens.add(accounts.devices().add(user, "b" + i).password());
                }
                long cpu = up.usedUs();
                long begun = System.nanoTime();
                Victims.Figures figures = new Victims(user).measure(up.port("mqtt"), tokens, influx, 10);
                double ofACore = (up.usedUs() - cpu) * 1e3 / (System.nanoTime() - begun);
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %d | %s | %.0f %% | %d |%n",
                        options.isEmpty() ? "as shipped" : options,
                        ten * 10,
                        figures,
                        ofACore * 100,
                        up.peakMib());
                lossless &= figures.isLossless();
            }
        }
        return lossless;
    }
}
