package org.plantbuddy.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.influx.Influx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a hostile client costs others: their latency beside each {@link Attack}, and before and after it. */
@Command(name = "attacks", description = "What a hostile client costs the readings of others, and the system's memory.")
final class AttacksCommand implements Callable<Integer> {

    @Option(names = "--seconds", defaultValue = "30", description = "how long each is measured")
    private int seconds;

    @Option(names = "--launcher", description = "plantbuddy of another checkout, to compare with")
    private Optional<Path> launcher = Optional.empty();

    @Option(names = "--only", split = ",", description = "which attacks: ${COMPLETION-CANDIDATES}")
    private Attack[] attacks = Attack.values();

    private int users;

    @Override
    public Integer call() throws Exception {
        Path program = launcher.orElse(Path.of(System.getProperty("plantbuddy.root"), "plantbuddy"));
        boolean lossless = true;
        try (UpProcess up = UpProcess.start(program);
                Accounts accounts = up.accounts();
                Influx influx = up.influx()) {
            accounts.users().add(Attack.USER, Attack.PASSWORD);
            Attack.Target target = new Attack.Target(
                    up.port("mqtt"),
                    up.port("web"),
                    accounts.devices().add(Attack.USER, "01").password());
            measure(up, accounts, influx);
            System.out.println("| beside | sent | lost | acknowledged, ms: median, p99, longest | stored | peak MiB |");
            System.out.println("|---|---|---|---|---|---|");
            lossless &= report("nothing", up, measure(up, accounts, influx));
            for (Attack attack : attacks) {
                Process attacker = attack.start(target);
                try {
                    lossless &= report(attack.meaning, up, measure(up, accounts, influx));
                } finally {
                    attacker.destroyForcibly();
                }
                lossless &= report("nothing", up, measure(up, accounts, influx));
            }
        }
        return lossless ? 0 : 1;
    }

    private Victims.Figures measure(UpProcess up, Accounts accounts, Influx influx) throws InterruptedException {
        String user = "victim" + ++users;
        accounts.users().add(user, Attack.PASSWORD);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < Victims.BOARDS; i++) {
            tokens.add(accounts.devices().add(user, "b" + i).password());
        }
        return new Victims(user).measure(up.port("mqtt"), tokens, influx, seconds);
    }

    private static boolean report(String beside, UpProcess up, Victims.Figures figures) throws Exception {
        System.out.println("| " + beside + " | " + figures + " | " + (up.isAlive() ? up.peakMib() : "ended") + " |");
        return figures.isLossless();
    }
}
