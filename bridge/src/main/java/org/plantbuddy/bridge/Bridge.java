package org.plantbuddy.bridge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.bridge.alert.Intake;
import org.plantbuddy.bridge.alert.Outbox;
import org.plantbuddy.bridge.http.BearerSecret;
import org.plantbuddy.bridge.http.BridgeHttp;
import org.plantbuddy.bridge.http.NotifyHandler;
import org.plantbuddy.bridge.influx.InfluxWriter;
import org.plantbuddy.bridge.influx.JournalDrains;
import org.plantbuddy.bridge.influx.LeftBehind;
import org.plantbuddy.bridge.ingest.Ingest;
import org.plantbuddy.bridge.ingest.MqttConnections;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.Journals;
import org.plantbuddy.bridge.refused.DenialNotices;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.bridge.removal.Offboarding;
import org.plantbuddy.bridge.retention.Trimming;
import org.plantbuddy.bridge.watch.AtWork;
import org.plantbuddy.bridge.watch.Canary;
import org.plantbuddy.bridge.watch.CertificateWatch;
import org.plantbuddy.bridge.watch.TaskWatch;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.process.DiskRoom;
import org.plantbuddy.process.ListenPorts;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.watch.OperatorWatch;
import org.plantbuddy.watch.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of the bridge, built in the order that data flows, sinks started first.
 *
 * <p>Readings: {@link MqttConnections} → {@link Ingest} → {@link Journal} → {@link InfluxWriter} → InfluxDB. Alerts:
 * {@link BridgeHttp} → {@link Intake} → {@link Outbox} → {@link MqttConnections}. Close stops sources first.
 */
public final class Bridge implements AutoCloseable {

    /** What it cannot do without, and nothing has a default for. */
    static final Set<Key> NEEDED = Set.of(Key.MQTT_TOKEN, Key.INFLUX_URL, Key.INFLUX_TOKEN, Key.NOTIFY_SECRET);

    static final String NAME = "the bridge";

    /** In figures. */
    private static final String SERVICE = "bridge";

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final List<Part> parts;
    private final BridgeHttp http;

    private Bridge(Config config, Accounts accounts, PrometheusMeterRegistry meters, Clock clock) {
        config.require(NAME, NEEDED);
        ListenPorts.requireFree(config, Key.BRIDGE_BIND, Key.BRIDGE_PORT, NAME);
        try {
            int connections = (int) config.number(Key.BRIDGE_CONNECTIONS);
            Journals journals = new Journals(config.path(Key.DATA), config.number(Key.JOURNAL_MAX_BYTES), clock);
            Journals.Owned own = config.optional(Key.BRIDGE_CLIENT_ID)
                    .map(named -> journals.named(named, LeftBehind.GIVEN_BACK_WITHIN))
                    .orElseGet(journals::firstFree);
            String clientId = own.bridge();
            Journal journal = keep(own.journal());
            DiskRoom disk = DiskRoom.of(config.path(Key.DATA), config);
            journal.refuseWhen(disk::tooLittle);
            disk.measure(SERVICE, meters);
            measure(journal, meters);
            MqttConnections mqtt = new MqttConnections(broker(config, clientId), connections, meters);
            Offboarding offboarding = keep(Offboarding.start(
                    accounts.removals(),
                    clientId,
                    operations(config),
                    () -> journal.isPast(journal.newest()),
                    meters,
                    clock));
            Departed departed = offboarding.departed();
            Refusals refusals = new Refusals(accounts.refusedReadings(), mqtt, meters, clock);
            InfluxWriter writer =
                    keep(InfluxWriter.start(journal, departed, influx(config), clientId, refusals, meters, clock));
            LeftBehind left = keep(LeftBehind.start(
                    journals,
                    taken -> InfluxWriter.start(
                            taken.journal(),
                            departed,
                            influx(config),
                            clientId + "-for-" + taken.bridge(),
                            refusals,
                            meters,
                            clock),
                    accounts.removals()::emptied,
                    writer::problem));
            keep(JournalDrains.start(accounts.drains(), clientId, journal, left));
            keep(mqtt);
            Ingest ingest = keep(Ingest.start(
                    accounts, departed, journal, refusals, config.duration(Key.RAW_RETENTION), meters, clock));
            Outbox outbox = keep(Outbox.start(accounts.alerts(), mqtt, clientId, meters, clock));
            keep(DenialNotices.start(accounts.deniedRequests(), mqtt, mqtt::problem, meters, clock));
            mqtt.start(ingest, outbox::wake);
            List<Part> wayOfAReading = List.of(
                    new Part("mqtt", mqtt::problem),
                    new Part("ingest", ingest::problem),
                    new Part("journal", journal::problem),
                    new Part("influxdb", writer::problem));
            keep(AtWork.start(
                    accounts.removals(), clientId, () -> problems(wayOfAReading).isEmpty()));
            parts = new ArrayList<>(wayOfAReading);
            parts.add(new Part("alerts", outbox::problem));
            parts.add(new Part("accounts", () -> problem(accounts)));
            List<Part> operations = new ArrayList<>(List.of(
                    new Part("guarantees", mqtt::notGuaranteed),
                    new Part("removals", offboarding::problem),
                    new Part("left-behind", left::problem)));
            watch(config, clientId, accounts, operations, meters, clock);
            List<Part> all = new ArrayList<>(parts);
            all.addAll(operations);
            all.add(new Part("disk", disk::tooLittleToStart));
            all.forEach(part -> part.measure(SERVICE, meters));
            OperatorWatch.start(config, accounts.watchers(), clientId, all, meters, clock)
                    .ifPresent(this::keep);
            http = keep(BridgeHttp.start(
                    config.text(Key.BRIDGE_BIND),
                    config.port(Key.BRIDGE_PORT),
                    new NotifyHandler(
                            new BearerSecret(
                                    config.currentSecret(Key.NOTIFY_SECRET).orElseThrow()),
                            new Intake(accounts, outbox::wake),
                            meters),
                    meters,
                    parts,
                    operations));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything and returns; broker and InfluxDB need not be there yet, {@link #problems()} tells.
     *
     * @param accounts stays open after {@link #close()}: it is the caller's
     * @throws org.plantbuddy.config.ConfigException when a key is missing that it needs, or its port cannot be had
     */
    public static Bridge start(Config config, Accounts accounts) {
        return start(config, accounts, Metrics.ofProcess(), Clock.systemUTC());
    }

    /**
     * The same with figures and clock of the caller's.
     *
     * @param meters what {@code /metrics} shows
     */
    public static Bridge start(Config config, Accounts accounts, PrometheusMeterRegistry meters, Clock clock) {
        return new Bridge(config, accounts, meters, clock);
    }

    private <T extends AutoCloseable> T keep(T part) {
        running.push(part);
        return part;
    }

    private static MqttOptions broker(Config config, String clientId) {
        Supplier<Secret> token = config.currentSecret(Key.MQTT_TOKEN).orElseThrow();
        return new MqttOptions(config.text(Key.MQTT_URL), clientId, Services.BRIDGE, token);
    }

    private static InfluxAddress influx(Config config) {
        Supplier<Secret> token = config.currentSecret(Key.INFLUX_TOKEN).orElseThrow();
        return new InfluxAddress(config.text(Key.INFLUX_URL), config.text(Key.INFLUX_ORG), token);
    }

    /** What it takes more than this bridge for. */
    private void watch(
            Config config,
            String clientId,
            Accounts accounts,
            List<Part> operations,
            MeterRegistry meters,
            Clock clock) {
        Duration checkEvery = config.duration(Key.CHECK_EVERY);
        operations(config).ifPresent(influx -> {
            TaskWatch tasks = keep(TaskWatch.start(influx, checkEvery, meters, clock));
            operations.add(new Part("tasks", tasks::problem, tasks::since));
            keep(Trimming.start(accounts.limits(), influx, meters));
        });
        config.optional(Key.TLS_WATCH).ifPresent(servers -> {
            CertificateWatch certificates = keep(CertificateWatch.start(servers, meters, clock));
            operations.add(new Part("certificates", certificates::problem));
        });
        Duration every = config.duration(Key.CANARY_EVERY);
        config.currentSecret(Key.MQTT_CANARY_TOKEN)
                .filter(token -> !every.isZero())
                .ifPresent(token -> {
                    String url = config.text(Key.MQTT_URL);
                    Canary canary =
                            keep(new Canary(url, token, clientId, every, checkEvery, accounts, meters, clock).start());
                    operations.add(new Part("canary", canary::problem, canary::since));
                });
    }

    private static Optional<InfluxAddress> operations(Config config) {
        return config.currentSecret(Key.INFLUX_OPERATIONS_TOKEN)
                .map(token ->
                        new InfluxAddress(influx(config).url(), influx(config).org(), token));
    }

    private static Optional<String> problem(Accounts accounts) {
        return accounts.answers() ? Optional.empty() : Optional.of("the accounts database does not answer");
    }

    private static void measure(Journal journal, MeterRegistry meters) {
        Gauge.builder("plantbuddy.journal.readings", journal, Journal::depth)
                .description("Readings in the journal: safe, not yet in InfluxDB")
                .register(meters);
        Gauge.builder("plantbuddy.journal.bytes", journal, Journal::bytes)
                .description("Bytes of the journal that hold something")
                .register(meters);
        Gauge.builder("plantbuddy.journal.age.seconds", journal, j -> j.age().toMillis() / 1_000.0)
                .description("How long the oldest reading in the journal has waited")
                .register(meters);
        FunctionCounter.builder("plantbuddy.journal.damages", journal, Journal::damages)
                .description("Damaged groups and files that were set aside")
                .register(meters);
    }

    /** Where /notify, /metrics, /healthz and /readyz are. */
    public int httpPort() {
        return http.port();
    }

    /** What is wrong now, a line each; empty when ready. */
    public List<String> problems() {
        return problems(parts);
    }

    private static List<String> problems(List<Part> parts) {
        return parts.stream()
                .flatMap(part -> part.now().map(problem -> part.name() + ": " + problem).stream())
                .toList();
    }

    public boolean ready() {
        return problems().isEmpty();
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            AutoCloseable part = running.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("event=close_failed part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
