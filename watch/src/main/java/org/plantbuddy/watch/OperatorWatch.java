package org.plantbuddy.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.accounts.Watchers;
import org.plantbuddy.accounts.Watchers.Watcher;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator, where no Prometheus does, what stops working and when it works again. Every process that watches says in the
 * accounts database what it sees; one of them tells for all, also of those that are gone; see decision 0221. Threads of its own
 * do it, and readings never wait for them. Close says that the process ends in order.
 */
public final class OperatorWatch implements AutoCloseable {

    /** A watcher not heard of for so long was killed, or hangs. */
    static final Duration GONE = Duration.ofSeconds(40);

    private static final Logger LOG = LoggerFactory.getLogger(OperatorWatch.class);
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // of a newer version beside this one
            .build();
    private static final TypeReference<Map<String, Wrong>> PARTS = new TypeReference<>() {};

    private static final Duration EVERY = Duration.ofSeconds(10);

    /** Longer than a look may take. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration FORGOTTEN = Duration.ofDays(7);
    private static final String ACCOUNTS = "accounts";
    private static final int MOST_OF_A_REASON = 400;
    private static final long CLOSED_WITHIN_S = 5;

    private final Watchers watchers;
    private final String name;
    private final List<Part> parts;
    private final Map<String, Channel> channels;
    private final MeterRegistry meters;
    private final Clock clock;
    private final ScheduledExecutorService threads = Vital.timer("operator-watch", 2);

    /** Of the accounts database, which cannot keep that it is away: each process tells that by itself. */
    private Told ofDatabase = Told.NOTHING;

    /** An earlier process of this name that did not end in order; told at the first look. */
    private Optional<Watcher> before = Optional.empty();

    OperatorWatch(
            Watchers watchers,
            String name,
            List<Part> parts,
            List<Channel> channels,
            MeterRegistry meters,
            Clock clock) {
        this.watchers = watchers;
        this.name = name;
        this.parts = parts;
        this.channels = channels.stream()
                .collect(Collectors.toMap(Channel::name, channel -> channel, (one, same) -> one, TreeMap::new));
        this.meters = meters;
        this.clock = clock;
        this.channels.keySet().forEach(channel -> {
            count(channel, "told");
            count(channel, "failed");
        });
    }

    /**
     * Starts to watch where the configuration names an operator; empty where it names none.
     *
     * @param name of this process among the others, e.g. {@code bridge-1}
     * @throws org.plantbuddy.config.ConfigException when the operator cannot be reached as configured
     */
    public static Optional<OperatorWatch> start(
            Config config, Watchers watchers, String name, List<Part> parts, MeterRegistry meters, Clock clock) {
        List<Channel> channels = new ArrayList<>();
        config.secret(Key.OPERATOR_WEBHOOK).ifPresent(address -> channels.add(new Webhook(address)));
        if (config.optional(Key.OPERATOR_EMAIL).isPresent()) {
            channels.add(new Email(config));
        }
        if (channels.isEmpty()) {
            return Optional.empty();
        }
        OperatorWatch watch = new OperatorWatch(watchers, name, parts, channels, meters, clock);
        watch.meet();
        watch.every(watch::look);
        watch.every(watch::alive);
        return Optional.of(watch);
    }

    /** Not at once: this process has just started, and connects. */
    private void every(Runnable look) {
        var unused = threads.scheduleWithFixedDelay(look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks for what an earlier process of this name left. */
    void meet() {
        try {
            before = watchers.all().stream()
                    .filter(one -> one.name().equals(name) && isGone(one))
                    .findFirst();
        } catch (RuntimeException e) {
            LOG.debug("event=earlier_watcher_not_known reason=\"{}\"", e.toString()); // the first look tells
        }
    }

    /** Also while a message is on its way, which may take longer than a process may be silent. */
    private void alive() {
        try {
            report();
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.debug("event=life_not_noted reason=\"{}\"", e.toString()); // a look tells
        }
    }

    private void report() throws JsonProcessingException {
        watchers.report(name, JSON.writeValueAsString(problems()));
    }

    void look() {
        Map<String, Wrong> database = Map.of();
        try {
            report();
            Optional<String> held = watchers.claim(name, LEASE);
            if (held.isPresent()) {
                tell(read(held.get()));
            }
            before = Optional.empty(); // who tells for all has seen it gone
        } catch (RuntimeException | JsonProcessingException e) {
            database = Map.of(
                    ACCOUNTS,
                    new Wrong(
                            "the accounts database does not answer, or takes nothing: "
                                    + AccountsUnavailableException.rootMessage(e),
                            clock.millis()));
        }
        ofDatabase = delivered(ofDatabase.after(database, clock.millis(), channels.keySet()), told -> true);
    }

    private Map<String, Wrong> problems() {
        Map<String, Wrong> problems = new TreeMap<>();
        parts.forEach(part -> part.now()
                .ifPresent(why -> problems.put(
                        part.name(), new Wrong(cut(why), part.since().getAsLong()))));
        problems.remove(ACCOUNTS);
        return problems;
    }

    private static String cut(String why) {
        return why.length() <= MOST_OF_A_REASON ? why : why.substring(0, MOST_OF_A_REASON) + "…";
    }

    private static Told read(String json) throws JsonProcessingException {
        return json.equals("{}") ? Told.NOTHING : JSON.readValue(json, Told.class);
    }

    private void tell(Told told) throws JsonProcessingException {
        Map<Boolean, List<Watcher>> isForgotten = watchers.all().stream()
                .collect(Collectors.partitioningBy(watcher -> age(watcher).compareTo(FORGOTTEN) > 0));
        List<Watcher> forgotten = isForgotten.getOrDefault(true, List.of());
        forgotten.forEach(watcher -> watchers.leave(watcher.name()));
        Told next = told.without(forgotten.stream().map(OperatorWatch::process).collect(Collectors.toSet()))
                .after(seen(isForgotten.getOrDefault(false, List.of())), clock.millis(), channels.keySet());
        if (keep(next)) { // before it is sent: a process that dies now leaves it to another
            delivered(next, this::keep);
        }
    }

    private boolean keep(Told told) {
        try {
            return watchers.keep(name, JSON.writeValueAsString(told));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What any of them sees, and who of them is gone. */
    private Map<String, Wrong> seen(List<Watcher> all) throws JsonProcessingException {
        Map<String, Wrong> wrong = new TreeMap<>();
        for (Watcher watcher : all) {
            if (isGone(watcher)) {
                gone(wrong, watcher, "it was killed, or hangs, or cannot reach the accounts database");
                continue;
            }
            JSON.readValue(watcher.sees(), PARTS)
                    .forEach((part, why) -> wrong.putIfAbsent(
                            part,
                            new Wrong(
                                    why.reason() + " (" + watcher.name() + ")",
                                    why.since() == 0 ? clock.millis() : why.since())));
        }
        before.ifPresent(earlier -> gone(wrong, earlier, "it was killed, or hung, and has been started again"));
        return wrong;
    }

    private static void gone(Map<String, Wrong> wrong, Watcher watcher, String why) {
        Instant last = watcher.seenAt().truncatedTo(ChronoUnit.SECONDS);
        wrong.put(
                process(watcher),
                new Wrong(
                        "it last said that it lives at " + last + "; " + why,
                        watcher.seenAt().toEpochMilli()));
    }

    private static String process(Watcher watcher) {
        return "process " + watcher.name();
    }

    private boolean isGone(Watcher watcher) {
        return age(watcher).compareTo(GONE) > 0;
    }

    private Duration age(Watcher watcher) {
        return Duration.between(watcher.seenAt(), clock.instant());
    }

    /** Sends what waits, of each channel until it fails. */
    private Told delivered(Told told, Predicate<Told> keep) {
        Told now = told;
        for (Channel channel : channels.values()) {
            Optional<Told.Waiting> next = now.due(channel.name(), clock.millis());
            boolean mine = true;
            while (next.isPresent() && mine) {
                boolean taken = sent(channel, next.get());
                now = taken ? now.delivered(next.get()) : now.failed(next.get(), clock.millis());
                mine = keep.test(now);
                next = now.due(channel.name(), clock.millis());
            }
        }
        return now;
    }

    private boolean sent(Channel channel, Told.Waiting waiting) {
        try {
            channel.send(waiting.message());
            count(channel.name(), "told").increment();
            LOG.info(
                    "event=operator_told channel={} text=\"{}\"",
                    channel.name(),
                    waiting.message().title());
            return true;
        } catch (IOException | RuntimeException e) {
            count(channel.name(), "failed").increment();
            LOG.warn(
                    "event=operator_not_told channel={} try={} reason=\"{}\"; it is tried again",
                    channel.name(),
                    waiting.tries() + 1,
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private Counter count(String channel, String outcome) {
        return Counter.builder("plantbuddy.operator.messages")
                .description("Messages to the operator that a channel took, and attempts that failed")
                .tag("channel", channel)
                .tag("outcome", outcome)
                .register(meters);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(CLOSED_WITHIN_S, TimeUnit.SECONDS);
            watchers.leave(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn(
                    "event=end_not_noted reason=\"{}\" effect=\"the operator may be told that it is gone\"",
                    e.toString());
        }
    }
}
