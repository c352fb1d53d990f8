package org.plantbuddy.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.export.ReadingsExport;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.http.HttpLimits;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.process.ListenPorts;
import org.plantbuddy.watch.OperatorWatch;
import org.plantbuddy.watch.Part;
import org.plantbuddy.web.account.AccountApi;
import org.plantbuddy.web.account.ArchiveApi;
import org.plantbuddy.web.account.BrowserApi;
import org.plantbuddy.web.account.PasswordApi;
import org.plantbuddy.web.account.RemovalApi;
import org.plantbuddy.web.account.TokenApi;
import org.plantbuddy.web.alerts.AlertApi;
import org.plantbuddy.web.alerts.MuteApi;
import org.plantbuddy.web.alerts.ThresholdApi;
import org.plantbuddy.web.boards.Connecting;
import org.plantbuddy.web.boards.DeviceApi;
import org.plantbuddy.web.boards.NoteApi;
import org.plantbuddy.web.boards.RefusedApi;
import org.plantbuddy.web.http.Assets;
import org.plantbuddy.web.http.Downloads;
import org.plantbuddy.web.http.Language;
import org.plantbuddy.web.http.OwnPages;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Problems;
import org.plantbuddy.web.http.RefusedByJetty;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.Tags;
import org.plantbuddy.web.live.EventsApi;
import org.plantbuddy.web.live.Live;
import org.plantbuddy.web.operator.OperatorApi;
import org.plantbuddy.web.operator.Probes;
import org.plantbuddy.web.overview.OverviewApi;
import org.plantbuddy.web.series.ExportApi;
import org.plantbuddy.web.series.InfluxSeries;
import org.plantbuddy.web.series.PlantPage;
import org.plantbuddy.web.series.SeriesApi;
import org.plantbuddy.web.series.SeriesSource;
import org.plantbuddy.web.signin.BearerTokens;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.FailedTries;
import org.plantbuddy.web.signin.SignIn;
import org.plantbuddy.web.signin.SignInPages;
import org.plantbuddy.web.write.ReadingPublisher;
import org.plantbuddy.web.write.WriteGateway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page: sign-in, charts, boards, alerts and refused readings of the one who is signed in.
 *
 * <p>Close stops the server; the accounts are their owner's to close, afterwards.
 */
public final class Web implements AutoCloseable {

    /** What it cannot do without, and nothing has a default for. */
    static final Set<Key> NEEDED = Set.of(Key.INFLUX_URL, Key.INFLUX_TOKEN);

    static final String NAME = "the web page";

    private static final Logger log = LoggerFactory.getLogger(Web.class);
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(10);

    /** Three such queries, one after the other, are answered or given up before a page stops waiting for them. */
    private static final Duration PROMPT_TIMEOUT = Duration.ofSeconds(3);

    /** For all that a user takes out of one bucket, however slowly. */
    private static final Duration EXPORT_TIMEOUT = Duration.ofHours(1);

    /** All parts at once, and two of a part one after the other. */
    private static final Duration PROBED_WITHIN = Duration.ofSeconds(2);

    private static final long MOST_BYTES_SENT_TO_US = 64 * 1024;

    private final Javalin server;
    private final Optional<Https> https;
    private final List<Influx> influx;
    private final Downloads downloads;
    private final Live live;
    private final Optional<ReadingPublisher> publisher;
    private final DenialSums denials;
    private final Optional<OperatorWatch> watch;

    private Web(
            Javalin server,
            Optional<Https> https,
            List<Influx> influx,
            Downloads downloads,
            Live live,
            Optional<ReadingPublisher> publisher,
            DenialSums denials,
            Optional<OperatorWatch> watch) {
        this.watch = watch;
        this.server = server;
        this.https = https;
        this.influx = influx;
        this.downloads = downloads;
        this.live = live;
        this.publisher = publisher;
        this.denials = denials;
    }

    /**
     * Starts to serve on {@code WEB_BIND} and {@code WEB_PORT}, over TLS where there is a certificate; returns once it answers.
     * InfluxDB at {@code INFLUX_URL} is read with {@code INFLUX_TOKEN}, and the broker at {@code MQTT_URL} given what comes to
     * {@code /write}; neither need be up yet.
     *
     * @param meters where it shows how requests go
     * @throws org.plantbuddy.config.ConfigException when the configuration lacks the URL or the token, or the port cannot be
     *     had
     * @throws org.plantbuddy.tls.BadCertificateException when the certificate that is configured cannot be used
     */
    public static Web start(Config config, Accounts accounts, MeterRegistry meters) {
        return start(config, accounts, meters, Clock.systemUTC());
    }

    static Web start(Config config, Accounts accounts, MeterRegistry meters, Clock clock) {
        config.require(NAME, NEEDED);
        ListenPorts.requireFree(config, Key.WEB_BIND, Key.WEB_PORT, NAME);
        Influx influx = influx(config, QUERY_TIMEOUT);
        Influx prompt = influx(config, PROMPT_TIMEOUT);
        Influx exported = influx(config, EXPORT_TIMEOUT);
        Downloads downloads = new Downloads();
        Optional<Https> https = Https.of(config, clock);
        boolean namedWithTls = config.text(Key.WEB_URL).toLowerCase(Locale.ROOT).startsWith("https://");
        Assets assets = new Assets();
        FailedTries failures = new FailedTries(clock);
        SignInPages pages = new SignInPages(
                accounts,
                assets,
                config.currentSecret(Key.INFLUX_TOKEN).orElseThrow(),
                https.isPresent() || namedWithTls,
                failures,
                clock);
        SignIn signIn = pages.signIn();
        OwnPages readers = new OwnPages(accounts.users(), assets);
        Changes changes = new Changes(signIn, clock);
        SeriesSource source = new InfluxSeries(influx, prompt, config.duration(Key.RAW_RETENTION), clock);
        Live live = new Live(config.duration(Key.RAW_RETENTION), meters, clock);
        Optional<ReadingPublisher> publisher = config.currentSecret(Key.MQTT_TOKEN)
                .map(token -> new ReadingPublisher(config.text(Key.MQTT_URL), token, live, clock));
        DenialSums denials = DenialSums.start(accounts.deniedRequests());
        Health health = new Health(accounts, source);
        OverviewApi overview = new OverviewApi(
                accounts,
                signIn,
                source,
                thresholds(prompt, config, accounts, clock),
                publisher,
                FluxScript.lateAfter(FluxScript.TASK_PREFIX + "check", config.duration(Key.CHECK_EVERY)),
                clock);
        Connecting connecting = new Connecting(
                config.optional(Key.PUBLIC_HOST),
                config.publicMqttPort(),
                https.map(own -> own.authority().orElse("")));
        List<Routes> all = List.of(
                new Problems(assets),
                new Tags(),
                new BearerTokens(accounts.appTokens(), failures),
                pages,
                new AccountApi(accounts, signIn, changes, connecting, clock),
                new TokenApi(signIn, changes, accounts),
                new PasswordApi(signIn, changes, pages.again(), accounts),
                new BrowserApi(signIn, changes, accounts),
                new RemovalApi(signIn, changes, pages.again(), accounts),
                new ArchiveApi(signIn, new UserExport(accounts, exported, clock), downloads, clock),
                new ExportApi(
                        accounts,
                        signIn,
                        new ReadingsExport(exported),
                        downloads,
                        config.duration(Key.RAW_RETENTION),
                        config.duration(Key.DOWNSAMPLED_RETENTION),
                        clock),
                overview,
                new EventsApi(signIn, live),
                new PlantPage(accounts, signIn, readers),
                new SeriesApi(accounts, signIn, source, config.duration(Key.DOWNSAMPLED_RETENTION), clock),
                new DeviceApi(signIn, changes, accounts, connecting, clock),
                new RefusedApi(accounts, signIn, clock),
                new AlertApi(accounts, signIn, clock),
                new ThresholdApi(signIn, changes, thresholds(influx, config, accounts, clock), clock),
                new MuteApi(signIn, changes, accounts, clock),
                new NoteApi(signIn, changes, accounts, live::boardChanged, clock),
                new OperatorApi(accounts, signIn, readers, probes(config), clock),
                new WriteGateway(accounts.devices(), accounts.firstTries(), publisher, failures, denials, clock));
        List<Part> parts = health.parts();
        parts.forEach(part -> part.measure("web", meters));
        Javalin server = Javalin.create(javalin -> {
            settings(javalin, config);
            javalin.requestLogger.http((context, tookMs) -> {
                if (!EventsApi.isStream(context)) {
                    measure(meters, context.statusCode(), tookMs);
                }
            });
            https.ifPresent(own -> javalin.jetty.addConnector((jetty, http) -> own.connector(jetty, http, config)));
            javalin.routes.before(new SecurityHeaders(namedWithTls));
            javalin.routes
                    .get("/ca.pem", context -> authority(context, https))
                    .get("/", context -> page(context, signIn, readers, "page.html"))
                    .get("/account", context -> page(context, signIn, readers, "account.html"))
                    .get("/sw.js", context -> assets.send(context, "sw.js"))
                    .get("/offline", context -> assets.sendPage(context, "offline.html", Language.asked(context)))
                    .get("/assets/{file}", context -> assets.send(context, context.pathParam("file")))
                    .get("/healthz", health::show)
                    .get("/api/v1/openapi.json", context -> assets.send(context, "openapi.json"));
            all.forEach(part -> part.addTo(javalin.routes));
        });
        try {
            server.start(config.text(Key.WEB_BIND), config.port(Key.WEB_PORT));
            live.start(overview::isWell);
        } catch (RuntimeException e) {
            server.stop();
            live.close();
            https.ifPresent(Https::close);
            publisher.ifPresent(ReadingPublisher::close);
            denials.close();
            downloads.close();
            influx.close();
            prompt.close();
            exported.close();
            throw e;
        }
        log.info("page served address={} port={}", config.text(Key.WEB_BIND), server.port());
        Optional<OperatorWatch> watch = OperatorWatch.start(
                config, accounts.watchers(), "web of " + host() + ":" + server.port(), parts, meters, clock);
        return new Web(server, https, List.of(influx, prompt, exported), downloads, live, publisher, denials, watch);
    }

    /** How many pages hear what happens. */
    int openPages() {
        return live.streams();
    }

    /** As its operator knows it; in a container its id. */
    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }

    private static void measure(MeterRegistry meters, int status, float tookMs) {
        Timer.builder("plantbuddy.web.request")
                .description("How long requests of browsers and boards took")
                .tag("status", status / 100 + "xx")
                .register(meters)
                .record((long) (tookMs * 1_000), TimeUnit.MICROSECONDS);
    }

    private static Probes probes(Config config) {
        return new Probes(
                config.text(Key.MQTT_URL),
                "http://" + Probes.address(config.text(Key.BRIDGE_BIND), config.port(Key.BRIDGE_PORT)),
                Optional.empty(),
                Optional.empty(),
                address(config),
                PROBED_WITHIN);
    }

    private static InfluxAddress address(Config config) {
        return new InfluxAddress(
                config.text(Key.INFLUX_URL),
                config.text(Key.INFLUX_ORG),
                config.currentSecret(Key.INFLUX_TOKEN).orElseThrow());
    }

    private static Thresholds thresholds(Influx influx, Config config, Accounts accounts, Clock clock) {
        return new Thresholds(influx, accounts, config.duration(Key.CHECK_EVERY), clock);
    }

    private static Influx influx(Config config, Duration timeout) {
        return new Influx(address(config), timeout);
    }

    private static void settings(JavalinConfig javalin, Config config) {
        javalin.http.generateEtags = true;
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        int proxies = (int) config.number(Key.WEB_PROXIES);
        HttpLimits.set(javalin, MOST_BYTES_SENT_TO_US, proxies);
        AnsweredInTime.set(javalin);
        RefusedByJetty.set(javalin);
        javalin.contextResolver.ip = context -> HttpLimits.address(
                context.req().getRemoteAddr(), Collections.list(context.req().getHeaders("X-Forwarded-For")), proxies);
    }

    private static void page(Context context, SignIn signIn, OwnPages own, String name) {
        signIn.sessionOrForm(context).ifPresent(session -> own.send(context, session.user(), name));
    }

    /** For clients that are to know the broker by it; it is told to everybody who connects. */
    private static void authority(Context context, Optional<Https> https) {
        String pem = https.flatMap(Https::authority)
                .orElseThrow(() -> new Problem(
                        404, "there is no authority of its own here", "use the authorities that your system knows"));
        context.contentType("application/x-pem-file").result(pem);
    }

    /** Where it listens, also when {@code WEB_PORT} was 0. */
    public int port() {
        return server.port();
    }

    /** What the API answers to, such as {@code GET /api/v1/me}. */
    Set<String> api() {
        return server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod() && endpoint.path.startsWith("/api/"))
                .map(endpoint -> endpoint.method.name() + " " + endpoint.path)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        watch.ifPresent(OperatorWatch::close);
        live.close();
        server.stop();
        downloads.close();
        https.ifPresent(Https::close);
        publisher.ifPresent(ReadingPublisher::close);
        denials.close();
        influx.forEach(Influx::close);
    }
}
