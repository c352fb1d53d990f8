package org.plantbuddy.web.series;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** The readings of the one who is signed in; no request can name another user. */
public final class SeriesApi implements Routes {

    private final Accounts accounts;
    private final SignIn signIn;
    private final Readings<List<Series>> readings;

    public SeriesApi(Accounts accounts, SignIn signIn, SeriesSource source, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.readings = new Readings<>(
                source::last48Hours,
                List.of(),
                lines -> lines.stream().mapToInt(line -> line.times().size()).sum(),
                clock);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/series", this::show);
    }

    private void show(Context context) {
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
}
