package org.plantbuddy.web.series;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.http.AskedTime;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** The readings of the one who is signed in; no request can name another user. */
public final class SeriesApi implements Routes {

    private static final Map<String, Duration> RANGES = Map.of(
            "24h", Duration.ofHours(24),
            "48h", Duration.ofHours(48),
            "7d", Duration.ofDays(7),
            "30d", Duration.ofDays(30),
            "1y", Duration.ofDays(365));

    /** For many numbers. */
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build())
            .build();

    private static final int MOST_NAMES = 32;
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Ten years of ten boards take InfluxDB seconds. */
    static final Duration LONGEST = Duration.ofDays(3653);

    private final Accounts accounts;
    private final SignIn signIn;
    private final Duration kept;
    private final Clock clock;
    private final Readings<Asked, Lines> readings;

    /** @param kept how long InfluxDB keeps means; zero: for ever */
    public SeriesApi(Accounts accounts, SignIn signIn, SeriesSource source, Duration kept, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.kept = kept.isZero() || kept.compareTo(LONGEST) > 0 ? LONGEST : kept;
        this.clock = clock;
        this.readings = new Readings<>(source::lines, Asked::user, Lines.NOTHING, Lines::points, clock);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/series", this::show);
    }

    private void show(Context context) {
        Session session = signIn.required(context);
        String user = session.user();
        List<SeriesName> known = accounts.sensors().list(user);
        Asked asked = new Asked(
                user,
                ofTheUser(user, names(context, "device", Names::isDevice), known),
                names(context, "sensor", Names::isSensor),
                span(context));
        Optional<Instant> since = AskedTime.of(context, "since");
        Readings.View<Lines> view = readings.of(asked, session.credentialStamp());
        Lines seen = view.seen();
        List<Series> series = since.map(then -> after(then, seen)).orElse(seen.series());
        boolean band = "true".equals(context.queryParam("band"));
        SeriesBody body = new SeriesBody(
                view.asOf().map(Instant::toEpochMilli).orElse(null),
                view.isStale() ? "The database of readings does not answer; what was last seen is shown." : null,
                asked.span().start(clock.instant()).toEpochMilli(),
                asked.span().end(clock.instant()).toEpochMilli(),
                seen.step().toSeconds(),
                known.stream().map(KnownBody::of).toList(),
                band ? series.stream().map(Series::withBand).toList() : series);
        try {
            context.contentType(ContentType.APPLICATION_JSON).result(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lines that are no JSON", e);
        }
    }

    private static Set<String> names(Context context, String parameter, Predicate<String> isName) {
        Set<String> names = new TreeSet<>(context.queryParams(parameter));
        if (names.size() > MOST_NAMES) {
            throw new Problem(
                    400,
                    names.size() + " times " + parameter + "=",
                    "ask for at most " + MOST_NAMES + " in one request");
        }
        names.stream().filter(isName.negate()).findFirst().ifPresent(name -> {
            throw new Problem(
                    400,
                    "'" + name + "' is no name of a " + parameter,
                    "name one that GET /api/v1/series lists as known");
        });
        return names;
    }

    private Set<String> ofTheUser(String user, Set<String> devices, List<SeriesName> known) {
        Set<String> missing = new HashSet<>(devices);
        known.forEach(series -> missing.remove(series.device()));
        if (!missing.isEmpty()) {
            accounts.devices().list(user).stream().map(Device::name).forEach(missing::remove);
        }
        missing.stream().sorted().findFirst().ifPresent(device -> {
            throw new Problem(404, "you have no board '" + device + "'", "GET /api/v1/devices lists yours");
        });
        return devices;
    }

    private Span span(Context context) {
        Optional<Instant> from = AskedTime.of(context, "from");
        Optional<Instant> to = AskedTime.of(context, "to");
        @Nullable String range = context.queryParam("range");
        if (from.isEmpty() && to.isEmpty()) {
            @Nullable Duration length = RANGES.get(range == null ? "48h" : range);
            if (length == null) {
                throw new Problem(
                        400,
                        "'" + range + "' is no range",
                        "say one of " + new TreeSet<>(RANGES.keySet()) + ", or from and to");
            }
            return Span.last(length.compareTo(kept) > 0 ? kept : length);
        }
        if (range != null || from.isEmpty()) {
            throw new Problem(400, "either range, or from (and to)", "leave one of them out");
        }
        Instant now = clock.instant();
        Instant start = from.get();
        if (start.isAfter(to.orElse(now).minus(SHORTEST)) || start.isAfter(now.minus(SHORTEST))) {
            throw new Problem(400, "from is not a minute before to, and before now", "give an earlier from");
        }
        Instant earliest = now.minus(kept);
        return Span.between(start.isBefore(earliest) ? earliest : start, to.filter(end -> end.isBefore(now)));
    }

    /** What has come, or is another now: the window of that moment was not over. */
    private static List<Series> after(Instant then, Lines lines) {
        double start = then.toEpochMilli() / 1000.0 - lines.step().toSeconds();
        return lines.series().stream()
                .flatMap(line -> line.after(start).stream())
                .toList();
    }

    /**
     * @param asOf epoch ms of what is shown; null when nothing was ever seen
     * @param problem why it is not newer; null when all is well
     * @param from epoch ms
     * @param to epoch ms
     * @param step how many seconds a window is; 0: points are readings. With 600 those of the newest minutes are readings
     * @param known every series the user ever sent, also those silent in this time
     */
    record SeriesBody(
            @Nullable Long asOf,
            @Nullable String problem,
            long from,
            long to,
            long step,
            List<KnownBody> known,
            List<Series> series) {}

    record KnownBody(String device, String sensor) {

        static KnownBody of(SeriesName series) {
            return new KnownBody(series.device(), series.sensor());
        }
    }
}
