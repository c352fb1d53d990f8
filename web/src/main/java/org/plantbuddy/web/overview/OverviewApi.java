package org.plantbuddy.web.overview;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.flux.threshold.HoldingThresholds;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.series.Readings;
import org.plantbuddy.web.series.SeriesSource;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;
import org.plantbuddy.web.write.ReadingPublisher;

/** {@code /api/v1/overview}: what the page says at a glance. Whose it is comes from the session alone. */
public final class OverviewApi implements Routes {

    /** It changes with the windows that it is taken from. */
    private static final Duration USUAL_FOR = Duration.ofMinutes(10);

    private final Accounts accounts;
    private final SignIn signIn;
    private final Readings<String, Overview.Known> readings;
    private final Optional<ReadingPublisher> broker;
    private final Duration checkLate;
    private final Clock clock;
    private final LoadingCache<String, Overview.Stored> stored;

    /**
     * @param thresholds answers, or not, within seconds
     * @param broker empty: whether it is away is not known
     * @param checkLate how far behind the check may be
     */
    public OverviewApi(
            Accounts accounts,
            SignIn signIn,
            SeriesSource source,
            Thresholds thresholds,
            Optional<ReadingPublisher> broker,
            Duration checkLate,
            Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.broker = broker;
        this.checkLate = checkLate;
        this.clock = clock;
        LoadingCache<String, Map<SeriesName, Duration>> usual = UserCache.of(USUAL_FOR, clock, source::usual);
        this.readings = new Readings<>(
                (user, before) -> new Overview.Known(
                        source.newest(user), new HoldingThresholds(thresholds.list(user)), usual.get(user)),
                user -> user,
                Overview.Known.NOTHING,
                known -> known.newest().readings().size(),
                clock);
        this.stored = UserCache.shortly(clock, this::load);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/overview", this::show);
    }

    private void show(Context context) {
        Session session = signIn.required(context);
        Readings.View<Overview.Known> view = readings.of(session.user(), session.credentialStamp());
        context.json(Overview.of(
                stored.get(session.user()),
                view,
                broker.flatMap(ReadingPublisher::awaySince),
                checkLate,
                clock.instant()));
    }

    /** Whether there is nothing of which all would have to be told that it cannot be told; may take a few seconds to say. */
    public boolean isWell() {
        Overview.Stored nobodys =
                new Overview.Stored(List.of(), List.of(), accounts.removals().bridgeWorked());
        return Overview.of(
                        nobodys,
                        readings.of(Names.CANARY, ""),
                        broker.flatMap(ReadingPublisher::awaySince),
                        checkLate,
                        clock.instant())
                .cannotTell()
                .isEmpty();
    }

    private Overview.Stored load(String user) {
        return new Overview.Stored(
                accounts.devices().list(user),
                accounts.alerts().inForce(user),
                accounts.removals().bridgeWorked());
    }
}
