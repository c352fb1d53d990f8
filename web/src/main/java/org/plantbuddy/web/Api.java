package org.plantbuddy.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.flux.DefaultThreshold;
import org.plantbuddy.topic.SeriesName;

/** The JSON under the page. Whose data it is comes from the session alone; no request can name a user. */
final class Api {

    private static final int ALERTS_SHOWN = 50;
    private static final int REFUSED_SHOWN = 50;
    private static final int USERS_CACHED = 10_000;
    private static final Duration CACHED_FOR = Duration.ofSeconds(2);

    private final Accounts accounts;
    private final SignIn signIn;
    private final Readings<List<Series>> readings;
    private final Optional<String> mqttHost;
    private final int mqttPort;
    private final Optional<String> mqttTls;
    private final LoadingCache<String, AlertsBody> alerts;
    private final LoadingCache<String, List<RefusedBody>> refused;
    private final LoadingCache<String, UsageBody> usage;
    private final LoadingCache<String, List<DeniedBody>> denied;
    private final Clock clock;

    /**
     * @param mqttHost where boards reach the broker; empty: where the page is
     * @param mqttTls who signed the broker's certificate, in one word, see {@link MeBody}; empty: it has none
     */
    Api(
            Accounts accounts,
            SignIn signIn,
            Readings<List<Series>> readings,
            Optional<String> mqttHost,
            int mqttPort,
            Optional<String> mqttTls,
            Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.readings = readings;
        this.mqttHost = mqttHost;
        this.mqttPort = mqttPort;
        this.mqttTls = mqttTls;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        Caffeine<Object, Object> cache = Caffeine.newBuilder()
                .maximumSize(USERS_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .ticker(ticker);
        this.alerts = cache.build(this::loadAlerts);
        this.refused = Caffeine.newBuilder()
                .maximumSize(USERS_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .ticker(ticker)
                .build(this::loadRefused);
        this.usage = Caffeine.newBuilder()
                .maximumSize(USERS_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .ticker(ticker)
                .build(this::loadUsage);
        this.denied = Caffeine.newBuilder()
                .maximumSize(USERS_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .ticker(ticker)
                .build(user -> DeniedBody.of("", accounts.deniedRequests().of(user)));
        this.clock = clock;
    }

    void me(Context context) {
        Session session = signIn.required(context);
        context.json(new MeBody(
                session.user(),
                session.csrf(),
                mqttHost.orElse(null),
                mqttPort,
                mqttTls.orElse(null),
                denied.get(session.user()),
                accounts.users().isOperator(session.user()),
                DefaultThreshold.SOIL_MOISTURE));
    }

    void series(Context context) {
        Session session = signIn.required(context);
        String user = session.user();
        Readings.View<List<Series>> view = readings.of(user, session.credentialStamp());
        List<KnownBody> known =
                accounts.sensors().list(user).stream().map(KnownBody::of).toList();
        context.json(new SeriesBody(
                view.asOf().map(Instant::toEpochMilli).orElse(null),
                view.isStale() ? "The database of readings does not answer; what was last seen is shown." : null,
                known,
                view.seen()));
    }

    void alerts(Context context) {
        context.json(alerts.get(signIn.required(context).user()));
    }

    void refused(Context context) {
        context.json(refused.get(signIn.required(context).user()));
    }

    void usage(Context context) {
        context.json(usage.get(signIn.required(context).user()));
    }

    private UsageBody loadUsage(String user) {
        DailyUse use = accounts.dailyReadings().of(user, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        return new UsageBody(use.readings(), use.most());
    }

    private AlertsBody loadAlerts(String user) {
        return new AlertsBody(
                accounts.alerts().inForce(user).stream().map(AlertBody::of).toList(),
                accounts.alerts().history(user, ALERTS_SHOWN).stream()
                        .map(AlertBody::of)
                        .toList());
    }

    private List<RefusedBody> loadRefused(String user) {
        return accounts.refusedReadings().newest(user, REFUSED_SHOWN).stream()
                .map(RefusedBody::of)
                .toList();
    }

    /**
     * @param mqttHost where boards reach the broker; null: where the page is
     * @param mqttTls {@code own}: the port speaks TLS, and clients need {@code /ca.pem}; {@code known}: it does, and they
     *     do not; null: it does not
     * @param denied what the broker denied the user's own clients, the newest first
     * @param operator whether /operator is there for this user
     * @param defaultThreshold what holds where the user set none
     */
    record MeBody(
            String user,
            String csrf,
            @Nullable String mqttHost,
            int mqttPort,
            @Nullable String mqttTls,
            List<DeniedBody> denied,
            boolean operator,
            DefaultThreshold defaultThreshold) {}

    /**
     * @param readingsToday stored today (UTC), as far as bridges have said
     * @param readingsPerDay how many may be; 0: no limit
     */
    record UsageBody(long readingsToday, long readingsPerDay) {}

    /**
     * @param asOf epoch ms of what is shown; null when nothing was ever seen
     * @param problem why it is not newer; null when all is well
     * @param known every series the user ever sent, also those silent for 48 hours
     */
    record SeriesBody(@Nullable Long asOf, @Nullable String problem, List<KnownBody> known, List<Series> series) {}

    record KnownBody(String device, String sensor) {

        static KnownBody of(SeriesName series) {
            return new KnownBody(series.device(), series.sensor());
        }
    }

    /**
     * @param inForce what is wrong now
     * @param history changes, the newest first
     */
    record AlertsBody(List<AlertBody> inForce, List<AlertBody> history) {}

    /** @param time of the change, epoch ms */
    record AlertBody(
            String id,
            String device,
            String sensor,
            String level,
            String previousLevel,
            @Nullable Double value,
            String threshold,
            String message,
            long time) {

        static AlertBody of(Alert alert) {
            return new AlertBody(
                    alert.id(),
                    alert.device(),
                    alert.sensor(),
                    alert.level().text(),
                    alert.previousLevel().text(),
                    alert.reading().isPresent() ? alert.reading().getAsDouble() : null,
                    alert.threshold(),
                    alert.message(),
                    TimeUnit.NANOSECONDS.toMillis(alert.statusTimeNs()));
        }
    }

    record RefusedBody(String topic, String payload, String reason, long time) {

        static RefusedBody of(RefusedReading refused) {
            return new RefusedBody(
                    refused.topic(),
                    refused.payload(),
                    refused.reason(),
                    refused.at().toEpochMilli());
        }
    }
}
