package org.plantbuddy.web.series;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.flux.export.Format;
import org.plantbuddy.flux.export.ReadingsExport;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.http.AskedTime;
import org.plantbuddy.web.http.Downloads;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.SignIn;

/** {@code /api/v1/export}: readings or 10-minute means as a file, for other programs; no request can name another user. */
public final class ExportApi implements Routes {

    private static final Duration MEANS_USUALLY = Duration.ofDays(366);

    private final Accounts accounts;
    private final SignIn signIn;
    private final ReadingsExport export;
    private final Downloads downloads;
    private final Duration readingsKept;
    private final Duration meansKept;
    private final Clock clock;

    /**
     * @param readingsKept how long; zero: for ever
     * @param meansKept how long; zero: for ever
     */
    public ExportApi(
            Accounts accounts,
            SignIn signIn,
            ReadingsExport export,
            Downloads downloads,
            Duration readingsKept,
            Duration meansKept,
            Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.export = export;
        this.downloads = downloads;
        this.readingsKept = readingsKept.isZero() ? SeriesApi.LONGEST : readingsKept;
        this.meansKept = meansKept.isZero() ? SeriesApi.LONGEST : meansKept;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/export", this::send);
    }

    private void send(Context context) {
        String user = signIn.required(context).user();
        Format format = Optional.ofNullable(context.queryParam("format"))
                .map(text -> Format.of(text)
                        .orElseThrow(() -> new Problem(400, "format is none that there is", "say csv, ndjson or lp")))
                .orElse(Format.CSV);
        boolean means = isMeans(context);
        Instant now = clock.instant();
        Instant earliest = now.minus(means ? meansKept : readingsKept);
        Instant to =
                AskedTime.of(context, "to").filter(end -> end.isBefore(now)).orElse(now);
        Instant from = AskedTime.of(context, "from").orElse(means ? now.minus(MEANS_USUALLY) : earliest);
        if (!from.isBefore(to)) {
            throw new Problem(400, "from is not before to, and before now", "give an earlier from");
        }
        ReadingsExport.Wanted wanted = new ReadingsExport.Wanted(
                user, devices(context, user), means, from.isBefore(earliest) ? earliest : from, to);
        String file = "plantbuddy-" + user + (means ? "-means." : "-readings.") + format.text();
        downloads.send(context, user, format.type(), file, out -> export.write(wanted, format, out));
    }

    private static boolean isMeans(Context context) {
        String of = Optional.ofNullable(context.queryParam("of")).orElse("readings");
        if (!of.equals("readings") && !of.equals("means")) {
            throw new Problem(400, "of is neither readings nor means", "leave it out for readings");
        }
        return of.equals("means");
    }

    /** Those asked for, or all that ever sent something or are there. */
    private List<String> devices(Context context, String user) {
        List<String> all = Stream.concat(
                        accounts.sensors().list(user).stream().map(SeriesName::device),
                        accounts.devices().list(user).stream().map(Device::name))
                .distinct()
                .sorted()
                .toList();
        List<String> asked = context.queryParams("device");
        if (asked.stream().anyMatch(device -> !all.contains(device))) {
            throw new Problem(404, "you have no board of one of these addresses", "GET /api/v1/devices lists yours");
        }
        return asked.isEmpty() ? all : asked.stream().distinct().sorted().toList();
    }
}
