package org.plantbuddy.e2e.faults;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The full counts: {@code faults [FAULT [TIMES]]}, all of them where none is named. Tells each round as it ends, and at the
 * end a table for docs/faults.md.
 */
final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        List<Catalogue> chosen = arguments.length == 0
                ? Catalogue.usual()
                : Arrays.stream(arguments[0].split(","))
                        .map(name -> Catalogue.valueOf(name.toUpperCase(Locale.ROOT)))
                        .toList();
        Path folder = Files.createTempDirectory("plantbuddy-faults-");
        Path logFile = folder.resolve("faults.log");
        List<String> table = new ArrayList<>();
        boolean kept = true;
        try (PrintWriter log = new PrintWriter(Files.newBufferedWriter(logFile), true)) {
            say(log, "data and logs in " + folder);
            for (Catalogue entry : chosen) {
                int times = arguments.length > 1 ? Integer.parseInt(arguments[1]) : entry.times();
                kept &= run(entry.fault(), times, folder.resolve(entry.name().toLowerCase(Locale.ROOT)), log, table);
            }
            say(
                    log,
                    "| date | fault | times | sent | acknowledged | lost | twice, with time | twice, without | seconds"
                            + " |");
            say(log, "|---|---|---|---|---|---|---|---|---|");
            table.forEach(row -> say(log, row));
            say(log, kept ? "the promise was kept" : "THE PROMISE WAS BROKEN");
        }
        System.exit(kept ? 0 : 1);
    }

    private static boolean run(Fault fault, int times, Path folder, PrintWriter log, List<String> table) {
        say(log, fault.title() + ": " + times + " rounds");
        List<Outcome> outcomes = new ArrayList<>();
        try (Fleet fleet = Fleet.start(folder, 2)) {
            outcomes.addAll(new Rounds(fleet, line -> say(log, line)).run(fault, times));
        } catch (Exception e) {
            say(log, "BROKEN  " + fault.title() + " ended early: " + e);
            e.printStackTrace(log);
        }
        table.add(row(fault, outcomes));
        return outcomes.size() == times && outcomes.stream().allMatch(outcome -> outcome.isKept(fault));
    }

    private static String row(Fault fault, List<Outcome> outcomes) {
        return "| " + LocalDate.now(ZoneOffset.UTC) + " | " + fault.title() + " | " + outcomes.size() + " | "
                + outcomes.stream().mapToLong(Outcome::sent).sum() + " | "
                + outcomes.stream().mapToLong(Outcome::acknowledged).sum() + " | "
                + outcomes.stream().mapToLong(outcome -> outcome.lost().size()).sum() + " | "
                + outcomes.stream().mapToLong(Outcome::twiceWithTime).sum() + " | "
                + outcomes.stream().mapToLong(Outcome::twiceWithoutTime).sum() + " | "
                + outcomes.stream().mapToLong(Outcome::seconds).sum() + " |";
    }

    private static void say(PrintWriter log, String line) {
        String said = LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + " " + line;
        log.println(said);
        System.out.println(said);
    }
}
