package org.plantbuddy.web.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.accounts.Preferences;
import org.plantbuddy.flux.DefaultThreshold;
import org.plantbuddy.web.boards.Connecting;
import org.plantbuddy.web.boards.DeniedBody;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Language;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** What the one who is signed in is told of their account; no request can name another user. */
public final class AccountApi implements Routes {

    private static final Set<String> UNITS = Set.of("C", "F");

    private final Accounts accounts;
    private final SignIn signIn;
    private final Changes changes;
    private final Connecting connecting;
    private final LoadingCache<String, UsageBody> usage;
    private final LoadingCache<String, List<DeniedBody>> denied;
    private final Clock clock;

    public AccountApi(Accounts accounts, SignIn signIn, Changes changes, Connecting connecting, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.changes = changes;
        this.connecting = connecting;
        this.usage = UserCache.shortly(clock, this::loadUsage);
        this.denied = UserCache.shortly(
                clock, user -> DeniedBody.of("", accounts.deniedRequests().of(user)));
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/me", this::me).put("/api/v1/me", this::set).get("/api/v1/usage", this::usage);
    }

    private void me(Context context) {
        Session session = signIn.required(context);
        Preferences chosen = accounts.users().preferences(session.user());
        context.json(new MeBody(
                session.user(),
                session.csrf().orElse(null),
                connecting.host().orElse(null),
                connecting.port(),
                connecting
                        .authority()
                        .map(pem -> pem.isEmpty() ? "known" : "own")
                        .orElse(null),
                denied.get(session.user()),
                accounts.users().isOperator(session.user()),
                chosen.language().orElse(null),
                chosen.temperatureUnit(),
                DefaultThreshold.SOIL_MOISTURE));
    }

    private void set(Context context) {
        Session session = changes.one(context);
        JsonNode asked = JsonBody.object(context.body(), Set.of("language", "temperatureUnit"))
                .orElseThrow(() -> bad("the body is not a JSON object with the members language and temperatureUnit"));
        Optional<String> language = JsonBody.text(asked, "language");
        boolean isLanguage = language.map(tag -> Language.of(tag).isPresent())
                .orElse(asked.path("language").isNull());
        String unit = JsonBody.text(asked, "temperatureUnit").orElse("");
        if (!isLanguage) {
            throw bad("language is none that the page has");
        }
        if (!UNITS.contains(unit)) {
            throw bad("temperatureUnit is neither C nor F");
        }
        accounts.users().setPreferences(session.user(), new Preferences(language, unit));
        context.status(204);
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"language\": \"de\", \"temperatureUnit\": \"C\"}; languages are "
                        + Stream.of(Language.values()).map(Language::tag).collect(Collectors.joining(", "))
                        + ", or null for the browser's; units are C and F");
    }

    private void usage(Context context) {
        context.json(usage.get(signIn.required(context).user()));
    }

    private UsageBody loadUsage(String user) {
        DailyUse use = accounts.dailyReadings().of(user, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        return new UsageBody(use.readings(), use.most());
    }

    /**
     * @param csrf see {@link Session}; null for a token
     * @param mqttHost where boards reach the broker; null: where the page is
     * @param mqttTls {@code own}: the port speaks TLS, and clients need {@code /ca.pem}; {@code known}: it does, and they
     *     do not; null: it does not
     * @param denied what the broker denied the user's own clients, the newest first
     * @param operator whether /operator is there for this user
     * @param language in which the user reads the page; null: that of the browser
     * @param temperatureUnit in what the page shows temperatures; the API has °C alone
     * @param defaultThreshold what holds where the user set none
     */
    record MeBody(
            String user,
            @Nullable String csrf,
            @Nullable String mqttHost,
            int mqttPort,
            @Nullable String mqttTls,
            List<DeniedBody> denied,
            boolean operator,
            @Nullable String language,
            String temperatureUnit,
            DefaultThreshold defaultThreshold) {}

    /**
     * @param readingsToday stored today (UTC), as far as bridges have said
     * @param readingsPerDay how many may be; 0: no limit
     */
    record UsageBody(long readingsToday, long readingsPerDay) {}
}
