package org.plantbuddy.broker;

import com.github.benmanes.caffeine.cache.Ticker;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.sql.Driver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.arrival.BridgePresence;
import org.plantbuddy.broker.arrival.Properties;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.broker.arrival.PublishPacer;
import org.plantbuddy.broker.arrival.QueueAdmission;
import org.plantbuddy.broker.arrival.QueueDrains;
import org.plantbuddy.broker.arrival.QueueEstimate;
import org.plantbuddy.broker.arrival.Requests;
import org.plantbuddy.broker.arrival.ResendStamps;
import org.plantbuddy.broker.arrival.Stamps;
import org.plantbuddy.broker.arrival.TopicGuard;
import org.plantbuddy.broker.hivemq.Entrance;
import org.plantbuddy.broker.hivemq.Guarantees;
import org.plantbuddy.broker.hivemq.Guarantees.Guarantee;
import org.plantbuddy.broker.hivemq.InboundThrottle;
import org.plantbuddy.broker.hivemq.QueueFront;
import org.plantbuddy.broker.hivemq.QueueRepair;
import org.plantbuddy.broker.hivemq.QueueSize;
import org.plantbuddy.broker.hivemq.SharedInFlight;
import org.plantbuddy.broker.removal.UserRemovals;
import org.plantbuddy.broker.signin.AnonymousProbe;
import org.plantbuddy.broker.signin.ConnectInterceptor;
import org.plantbuddy.broker.signin.Credentials;
import org.plantbuddy.broker.signin.FailedSignIns;
import org.plantbuddy.broker.signin.KnownPasswords;
import org.plantbuddy.broker.signin.Revocations;
import org.plantbuddy.broker.signin.SessionEnds;
import org.plantbuddy.broker.signin.Sessions;
import org.plantbuddy.broker.signin.SignIn;
import org.plantbuddy.broker.signin.SignInThreads;
import org.plantbuddy.broker.signin.Takeovers;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.DiskRoom;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extension, put together: who a client is, whose session it gets, what it may do, when its message came.
 *
 * <p>Fails closed: a broker refuses everyone until an authenticator is registered, and that is the last thing done here.
 */
public final class PlantBuddyExtension implements ExtensionMain {

    /** Metric: messages in the bridges' queue. */
    static final String QUEUED = "org.plantbuddy.bridge-queue.messages";

    private static final Logger LOG = LoggerFactory.getLogger(PlantBuddyExtension.class);

    private final Supplier<Config> configuration;
    private final Clock clock;
    private final AnonymousProbe probe = new AnonymousProbe();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Optional<String> hiveMq;
    private final boolean inInstallation;
    private volatile boolean started;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /** For a HiveMQ installation: configured by the environment. */
    public PlantBuddyExtension() {
        this(() -> Config.load(System.getenv()), Clock.systemUTC(), Optional.empty(), true);
    }

    /** For a broker in this process. */
    PlantBuddyExtension(Config config, Clock clock) {
        this(() -> config, clock, Optional.empty(), false);
    }

    /** The same, on a HiveMQ that says it is of another version. */
    PlantBuddyExtension(Config config, Clock clock, String version) {
        this(() -> config, clock, Optional.of(version), false);
    }

    /** @param inInstallation whether the process is HiveMQ's, and nobody else tells Prometheus of it */
    private PlantBuddyExtension(
            Supplier<Config> configuration, Clock clock, Optional<String> hiveMq, boolean inInstallation) {
        this.hiveMq = hiveMq;
        this.inInstallation = inInstallation;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        try {
            start();
            started = true;
        } catch (RuntimeException e) {
            LOG.error("event=extension_not_started cause=\"{}\" effect=\"nobody can connect\"", e.getMessage());
            failure = Optional.of(e);
            close();
            output.preventExtensionStartup("Plant Buddy cannot start: " + e.getMessage());
        }
    }

    /** In the order in which a client and its message meet the parts. */
    private void start() {
        registerDrivers();
        Config config = configuration.get();
        TlsStores.keep(config, dataFolder(), clock).ifPresent(open::push); // HiveMQ opens its listeners afterwards
        Accounts accounts = opened(Accounts.open(config, clock));
        Denials denials =
                opened(new Denials(Services.metricRegistry(), clock, DenialSums.start(accounts.deniedRequests())));
        Guarantees guarantees = Guarantees.on(hiveMq.orElseGet(Guarantees::runningVersion), config);
        guarantees.holds(Guarantee.CRASH_REPAIR, () -> QueueRepair.mend(Services.publishService()));
        guarantees
                .with(Guarantee.DRAIN, () -> QueueFront.of(Services.publishService()))
                .map(front -> new QueueDrains(accounts.drains(), front))
                .ifPresent(drains -> every(QueueDrains.EVERY, drains::look));
        guarantees
                .with(Guarantee.ONE_BRIDGE, () -> SharedInFlight.of(Services.publishService()))
                .ifPresent(open::push);
        Optional<QueueEstimate> queue = guarantees
                .with(Guarantee.QUEUE_BOUND, () -> QueueSize.of(Services.publishService()))
                .map(QueueEstimate::new);
        ScheduledExecutorService timer = Vital.timer("plantbuddy-turns", 1);
        open.push(timer::shutdownNow);
        Optional<ScheduledExecutorService> throttle =
                guarantees.holds(Guarantee.THROTTLE, InboundThrottle::check) ? Optional.of(timer) : Optional.empty();

        Sessions sessions = new Sessions(
                config.number(Key.MQTT_SESSIONS),
                config.number(Key.MQTT_CONNECTIONS),
                Services.clientService(),
                denials);
        sessions.look().join(); // so that nobody gets in uncounted
        Quotas quotas = new Quotas(
                config.number(Key.QUOTA_BOARD),
                config.number(Key.QUOTA_USER),
                sessions::receivers,
                Ticker.systemTicker());
        Stamps stamps = new Stamps(clock);
        ResendStamps resendStamps = new ResendStamps(clock);
        Credentials credentials = new Credentials(accounts, TlsStores.clientCertificates(config));
        KnownPasswords known = new KnownPasswords();
        FailedSignIns failures = new FailedSignIns(Ticker.systemTicker());
        SignInThreads threads = opened(new SignInThreads());
        Revocations revocations = new Revocations(accounts.standingCredentials(), Services.clientService());
        ConnectInterceptor connect = new ConnectInterceptor(credentials, known, failures, threads, stamps);
        SignIn signIn = new SignIn(
                credentials,
                known,
                failures,
                threads,
                quotas,
                resendStamps,
                revocations,
                sessions,
                Services.extensionExecutorService(),
                probe,
                denials);
        SessionEnds ends = new SessionEnds(resendStamps, sessions, new Takeovers(Ticker.systemTicker()), denials);

        PublishPacer pacer = new PublishPacer(timer);
        BridgePresence bridge = new BridgePresence(Services.subscriptionStore());
        QueueAdmission room = new QueueAdmission(bridge, queue, DiskRoom.of(dataFolder(), config));
        TopicGuard guard = new TopicGuard(denials, pacer, room);
        Requests requests = new Requests(
                quotas,
                pacer,
                (int) config.number(Key.MQTT_SUBSCRIPTIONS),
                Services.subscriptionStore(),
                Services.clientService(),
                denials);
        UserRemovals removals = new UserRemovals(
                accounts.removals(), Services.clientService(), Services.retainedMessageStore(), stamps);
        ClientSetup clients = new ClientSetup(
                entrance(config, guarantees, denials),
                throttle,
                new PublishInterceptor(stamps, resendStamps, room, quotas, pacer, denials),
                new Properties(),
                stamps.next(),
                requests,
                sessions,
                bridge,
                guarantees);
        guarantees.measure(Services.metricRegistry());
        if (inInstallation) {
            serveMetrics(config);
        }

        Services.interceptorRegistry().setConnectInboundInterceptorProvider(provided -> connect);
        Services.initializerRegistry().setClientInitializer(clients);
        Services.eventRegistry().setClientLifecycleEventListener(provided -> ends);
        Services.securityRegistry().setAuthorizerProvider(provided -> guard);
        queue.ifPresent(readings -> {
            measure(readings);
            every(QueueEstimate.EVERY, readings::look);
        });
        every(BridgePresence.EVERY, () -> {
            var unused = bridge.look();
        });
        every(QueueAdmission.EVERY, room::look);
        every(UserRemovals.EVERY, removals::look);
        every(Revocations.EVERY, revocations::look);
        every(Sessions.EVERY, Sessions.EVERY, sessions::lookAgain); // not before boards and apps have come back
        Services.securityRegistry().setAuthenticatorProvider(provided -> signIn);
    }

    private Optional<Entrance> entrance(Config config, Guarantees guarantees, Denials denials) {
        Optional<Entrance> entrance = guarantees.with(
                Guarantee.CONNECTIONS,
                () -> Entrance.open(
                        new Entrance.Limits(
                                config.number(Key.MQTT_SOCKETS),
                                config.number(Key.MQTT_SOCKETS_OF_ADDRESS),
                                config.number(Key.MQTT_SOCKETS_SILENT),
                                config.duration(Key.MQTT_CONNECT_WITHIN)),
                        denials,
                        Services.clientService(),
                        Services.extensionExecutorService()));
        entrance.ifPresent(open::push);
        return entrance;
    }

    private void serveMetrics(Config config) {
        PrometheusMeterRegistry meters = Metrics.ofProcess();
        BrokerMetrics.measure(Services.metricRegistry(), meters);
        DiskRoom.of(dataFolder(), config).measure(Main.PART, meters);
        opened(Metrics.serve(config, Key.BROKER_METRICS_PORT, Main.METRICS, meters));
    }

    private static Path dataFolder() {
        return Services.adminService().getServerInformation().getDataFolder().toPath();
    }

    private static void measure(QueueEstimate queue) {
        Services.metricRegistry().remove(QUEUED); // of an extension that ran before in this broker
        Services.metricRegistry().gauge(QUEUED, () -> queue::readings);
    }

    private static void every(Duration pause, Runnable look) {
        every(Duration.ZERO, pause, look);
    }

    private static void every(Duration first, Duration pause, Runnable look) {
        var unused = Services.extensionExecutorService()
                .scheduleWithFixedDelay(
                        Vital.again("extension", look), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** JDBC finds drivers by itself only in the application's own class loader, not in an extension's. */
    private static void registerDrivers() {
        ServiceLoader.load(Driver.class, PlantBuddyExtension.class.getClassLoader())
                .forEach(driver -> LOG.debug(
                        "event=jdbc_driver class={}", driver.getClass().getName()));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /** Whose refusal is no denial. */
    AnonymousProbe probe() {
        return probe;
    }

    /** Whether clients can sign in. */
    boolean isStarted() {
        return started;
    }

    Optional<RuntimeException> failure() {
        return failure;
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        started = false;
        close();
    }

    private void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("event=close_failed part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
