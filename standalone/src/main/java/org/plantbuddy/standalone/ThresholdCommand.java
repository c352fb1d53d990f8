package org.plantbuddy.standalone;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.command.Output;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.flux.threshold.Preview;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.influx.Influx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy threshold}: what users want to be told of. */
@Command(
        name = "threshold",
        mixinStandardHelpOptions = true,
        description = "A user's own thresholds: set, list, remove, preview.",
        synopsisSubcommandLabel = "(set | list | remove | preview)")
final class ThresholdCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Supplier<Config> config;

    /** @param config read when a command runs */
    ThresholdCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Set a threshold. It replaces all limits of the one before for the same board and sensor.",
                "The newest reading is judged within seconds. With --silent-after: for silent boards."
            })
    int set(
            @Parameters(paramLabel = "USER") String user,
            @Mixin ThresholdScope scope,
            @Mixin ThresholdOptions options,
            @Mixin Output output) {
        Threshold threshold = options.threshold(scope.of(user, options.isSilence()));
        return with(thresholds -> {
            thresholds.set(threshold, Actor.operator());
            output.print(json(threshold), "threshold set: " + line(threshold));
            return 0;
        });
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List a user's thresholds.")
    int list(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        return with(thresholds -> {
            List<Threshold> all = thresholds.list(user);
            output.print(
                    all.stream().map(ThresholdCommand::json).toList(),
                    all.stream().map(ThresholdCommand::line).toArray(String[]::new));
            return 0;
        });
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Remove a threshold. The one for all boards, or the default, holds again.")
    int remove(@Parameters(paramLabel = "USER") String user, @Mixin ThresholdScope which, @Mixin Output output) {
        Scope scope = which.of(user, false);
        return with(thresholds -> {
            if (!thresholds.remove(scope, Actor.operator())) {
                throw new UsageException(
                        "no threshold is set for " + scope + "; see: plantbuddy threshold list " + user);
            }
            output.print(
                    Map.of("user", user, "device", scope.device(), "sensor", scope.sensor()),
                    "threshold removed: " + scope);
            return 0;
        });
    }

    @Command(
            name = "preview",
            mixinStandardHelpOptions = true,
            description = "Show how often a threshold would have fired in the last 48 hours. Changes nothing.")
    int preview(
            @Parameters(paramLabel = "USER") String user,
            @Mixin ThresholdScope scope,
            @Mixin ThresholdOptions options,
            @Mixin Output output) {
        Threshold threshold = options.threshold(scope.of(user, options.isSilence()));
        return with(thresholds -> {
            Preview preview = thresholds.preview(threshold, Thresholds.LOOKED_BACK);
            output.print(json(preview), lines(preview));
            return 0;
        });
    }

    private int with(Function<Thresholds, Integer> work) {
        Config reached = Running.reached(config.get());
        try (Accounts accounts = Accounts.openExisting(reached, Clock.systemUTC());
                Influx influx = PageInflux.open(reached, PATIENCE)) {
            return work.apply(new Thresholds(influx, accounts, reached.duration(Key.CHECK_EVERY), Clock.systemUTC()));
        }
    }

    private static Map<String, Object> json(Threshold threshold) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("device", threshold.scope().device());
        fields.put("sensor", threshold.scope().sensor());
        fields.putAll(ThresholdFields.of(threshold));
        return fields;
    }

    private static String line(Threshold threshold) {
        return threshold.scope() + ":" + ThresholdFields.text(threshold);
    }

    private static Map<String, Object> json(Preview preview) {
        return Map.of(
                "hours",
                preview.window().toHours(),
                "fired",
                preview.fired(),
                "boards",
                preview.boards().stream().map(ThresholdCommand::json).toList(),
                "own_threshold",
                preview.ownThreshold());
    }

    private static Map<String, Object> json(Preview.Board board) {
        return Map.of(
                "device",
                board.device(),
                "fired",
                board.fired(),
                "recovered",
                board.recovered(),
                "now",
                board.now().text(),
                "first",
                board.first().stream()
                        .map(change -> Map.of(
                                "time",
                                change.time().toString(),
                                "level",
                                change.level().text(),
                                "value",
                                change.value()))
                        .toList());
    }

    private static String[] lines(Preview preview) {
        List<String> lines = new ArrayList<>();
        lines.add("would have fired " + times(preview.fired()) + " in the last "
                + preview.window().toHours() + " h");
        for (Preview.Board board : preview.boards()) {
            lines.add("board " + board.device() + ": " + times(board.fired()) + ", now "
                    + board.now().text());
            board.first()
                    .forEach(change -> lines.add(
                            "  " + change.time() + "  " + change.level().text() + "  " + change.value()));
        }
        if (!preview.ownThreshold().isEmpty()) {
            lines.add("not for boards with a threshold of their own: " + String.join(", ", preview.ownThreshold()));
        }
        return lines.toArray(String[]::new);
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }
}
