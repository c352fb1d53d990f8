package org.plantbuddy.broker;

import com.github.benmanes.caffeine.cache.Ticker;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.interceptor.suback.parameter.SubackOutboundOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.admin.LifecycleStage;
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
import org.plantbuddy.broker.access.ClientIds;
import org.plantbuddy.broker.access.DenialBook;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.arrival.BridgePresence;
import org.plantbuddy.broker.arrival.Properties;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.broker.arrival.PublishPacer;
import org.plantbuddy.broker.arrival.QueueAdmission;
import org.plantbuddy.broker.arrival.QueueEstimate;
import org.plantbuddy.broker.arrival.Requests;
import org.plantbuddy.broker.arrival.ResendStamps;
import org.plantbuddy.broker.arrival.Stamps;
import org.plantbuddy.broker.arrival.TopicGuard;
import org.plantbuddy.broker.hivemq.Entrance;
import org.plantbuddy.broker.hivemq.Guarantees;
import org.plantbuddy.broker.hivemq.Guarantees.Guarantee;
import org.plantbuddy.broker.hivemq.InboundThrottle;
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
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.Topics;
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

    private static final long LISTENERS_OPEN_MS = 20;

    private static final Logger log = LoggerFactory.getLogger(PlantBuddyExtension.class);

    private final Supplier<Config> configuration;
    private final Clock clock;
    private final AnonymousProbe probe = new AnonymousProbe();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Optional<String> hiveMq;
    private volatile boolean started;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /** For a HiveMQ installation: configured by the environment. */
    public PlantBuddyExtension() {
        this(() -> Config.load(System.getenv()), Clock.systemUTC(), Optional.empty());
    }

    /** For a broker in this process. */
    PlantBuddyExtension(Config config, Clock clock) {
        this(() -> config, clock, Optional.empty());
    }

    /** The same, on a HiveMQ that says it is of another version. */
    PlantBuddyExtension(Config config, Clock clock, String version) {
        this(() -> config, clock, Optional.of(version));
    }

    private PlantBuddyExtension(Supplier<Config> configuration, Clock clock, Optional<String> hiveMq) {
        this.hiveMq = hiveMq;
        this.configuration = configuration;
        this.clock = clock;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        try {
            start();
            started = true;
        } catch (RuntimeException e) {
            log.error("extension=not-started, nobody can connect; cause={}", e.getMessage());
            failure = Optional.of(e);
            close();
            output.preventExtensionStartup("Plant Buddy cannot start: " + e.getMessage());
        }
    }

    private void start() {
        registerDrivers();
        Config config = configuration.get();
        ScheduledExecutorService later = Services.extensionExecutorService();
        Accounts accounts = opened(Accounts.open(config, clock));
        Denials denials = new Denials(
                Services.metricRegistry(), clock, opened(new DenialBook(DenialSums.start(accounts.deniedRequests()))));
        ResendStamps firstStamps = new ResendStamps(clock);
        BridgePresence bridge = new BridgePresence(Services.subscriptionStore());
        Stamps stamps = new Stamps(clock);
        Guarantees guarantees = Guarantees.on(hiveMq.orElseGet(Guarantees::runningVersion), config);
        guarantees.holds(Guarantee.CRASH_REPAIR, () -> QueueRepair.mend(Services.publishService()));
        guarantees
                .with(Guarantee.ONE_BRIDGE, () -> SharedInFlight.of(Services.publishService()))
                .ifPresent(open::push);
        Optional<QueueEstimate> queue = guarantees
                .with(Guarantee.QUEUE_BOUND, () -> QueueSize.of(Services.publishService()))
                .map(QueueEstimate::new);
        boolean throttles = guarantees.holds(Guarantee.THROTTLE, InboundThrottle::check);
        Sessions sessions = new Sessions(
                config.number(Key.MQTT_SESSIONS),
                config.number(Key.MQTT_CONNECTIONS),
                Services.clientService(),
                denials);
        Quotas quotas = new Quotas(
                config.number(Key.QUOTA_BOARD),
                config.number(Key.QUOTA_USER),
                sessions::receivers,
                Ticker.systemTicker());
        ScheduledExecutorService turning = turning();
        PublishPacer turns = new PublishPacer(turning);
        Path folder =
                Services.adminService().getServerInformation().getDataFolder().toPath();
        QueueAdmission room = new QueueAdmission(bridge, queue, DiskRoom.of(folder, config));
        Properties properties = new Properties();
        long start = stamps.next();
        PublishInterceptor arrival = new PublishInterceptor(stamps, firstStamps, room, quotas, turns, denials);
        TopicGuard guard = new TopicGuard(denials, turns, room);
        SignInThreads threads = opened(new SignInThreads());
        Revocations revocations = new Revocations(accounts.standingCredentials(), Services.clientService());
        sessions.look().join(); // so that nobody gets in uncounted
        Requests requests = new Requests(
                quotas,
                turns,
                (int) config.number(Key.MQTT_SUBSCRIPTIONS),
                Services.subscriptionStore(),
                Services.clientService(),
                denials);
        UserRemovals departures = new UserRemovals(
                accounts.removals(), Services.clientService(), Services.retainedMessageStore(), stamps);
        Credentials credentials = new Credentials(accounts);
        KnownPasswords known = new KnownPasswords();
        FailedSignIns failures = new FailedSignIns(Ticker.systemTicker());
        ConnectInterceptor firstLook = new ConnectInterceptor(credentials, known, failures, threads, stamps);
        SignIn signIn = new SignIn(
                credentials,
                known,
                failures,
                threads,
                quotas,
                firstStamps,
                revocations,
                sessions,
                later,
                probe,
                denials);

        Entrance entrance = new Entrance(
                new Entrance.Limits(
                        config.number(Key.MQTT_SOCKETS),
                        config.number(Key.MQTT_SOCKETS_OF_ADDRESS),
                        config.number(Key.MQTT_SOCKETS_SILENT),
                        config.duration(Key.MQTT_CONNECT_WITHIN)),
                denials,
                Ticker.systemTicker());
        open.push(() -> entrance.leave(Services.clientService()));
        if (guarantees.holds(Guarantee.CONNECTIONS, () -> entrance.stand(Services.clientService()))) {
            standWhenOpen(entrance, later);
        }
        guarantees.measure(Services.metricRegistry());

        Services.interceptorRegistry().setConnectInboundInterceptorProvider(provided -> firstLook);
        Services.initializerRegistry().setClientInitializer((client, context) -> {
            String clientId = client.getClientInformation().getClientId();
            Optional<Principal> owner = ClientIds.owner(clientId);
            boolean service = owner.filter(Principal.Service.class::isInstance).isPresent();
            Optional<InboundThrottle> throttle =
                    service || !throttles ? Optional.empty() : throttle(client.getConnectionInformation(), turning);
            Entrance.signedIn(client.getConnectionInformation());
            context.addPublishInboundInterceptor((message, output) -> arrival.arrived(message, output, throttle));
            boolean isBridge = owner.filter(Principal.Service.BRIDGE::equals).isPresent();
            if (isBridge) {
                properties.untilStampedSince(start, context);
            } else {
                context.addPublishOutboundInterceptor(properties);
            }
            if (!service) {
                requests.of(context, throttle);
                context.addDisconnectInboundInterceptor((disconnect, unchanged) -> disconnect
                        .getDisconnectPacket()
                        .getSessionExpiryInterval()
                        .ifPresent(seconds -> sessions.keeps(clientId, seconds)));
            }
            if (isBridge) {
                context.addSubackOutboundInterceptor((suback, output) -> tell(bridge, guarantees, output));
            }
        });
        Takeovers takeovers = new Takeovers(Ticker.systemTicker());
        Services.eventRegistry()
                .setClientLifecycleEventListener(
                        provided -> new SessionEnds(firstStamps, sessions, takeovers, denials));
        Services.securityRegistry().setAuthorizerProvider(provided -> guard);
        queue.ifPresent(readings -> {
            measure(readings);
            every(QueueEstimate.EVERY, readings::look);
        });
        every(Duration.ofSeconds(1), () -> {
            var unused = bridge.look();
        });
        every(QueueAdmission.EVERY, room::look);
        every(Duration.ofSeconds(1), departures::look);
        every(Revocations.EVERY, revocations::look);
        every(Sessions.EVERY, Sessions.EVERY, sessions::lookAgain); // not before boards and apps have come back
        Services.securityRegistry().setAuthenticatorProvider(provided -> signIn);
    }

    /** The listeners open a little later than extensions start. */
    private static void standWhenOpen(Entrance entrance, ScheduledExecutorService later) {
        boolean open = Services.adminService().getCurrentStage() == LifecycleStage.STARTED_SUCCESSFULLY;
        try {
            entrance.stand(Services.clientService());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // seen to work at the start
        }
        if (!open) {
            var unused = later.schedule(() -> standWhenOpen(entrance, later), LISTENERS_OPEN_MS, TimeUnit.MILLISECONDS);
        }
    }

    private ScheduledExecutorService turning() {
        ScheduledExecutorService timer = Vital.timer("plantbuddy-turns", 1);
        open.push(timer::shutdownNow);
        return timer;
    }

    private static Optional<InboundThrottle> throttle(
            ConnectionInformation connection, ScheduledExecutorService later) {
        try {
            return Optional.of(InboundThrottle.of(connection, later));
        } catch (ReflectiveOperationException e) {
            log.warn("throttle=not-set cause={}", e.toString()); // seen to be there at the start
            return Optional.empty();
        }
    }

    /** A bridge hears that it has subscribed when its readings are accepted, not a moment before; and what it cannot rely on. */
    private static void tell(BridgePresence bridge, Guarantees guarantees, SubackOutboundOutput suback) {
        guarantees
                .missing()
                .forEach(missing ->
                        suback.getSubackPacket().getUserProperties().addUserProperty(Topics.NOT_GUARANTEED, missing));
        Async<SubackOutboundOutput> held = suback.async(Duration.ofSeconds(5));
        var unused = bridge.look().whenComplete((done, failure) -> held.resume());
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
                .forEach(driver -> log.debug("jdbcDriver={}", driver.getClass().getName()));
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
                log.warn("close=failed part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
