package org.plantbuddy.web.alerts;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.AlertFilter;
import org.plantbuddy.accounts.Page;
import org.plantbuddy.reading.Level;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.AskedTime;
import org.plantbuddy.web.http.Pages;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.SignIn;

/** The alerts of the one who is signed in; no request can name another user. */
public final class AlertApi implements Routes {

    private final Accounts accounts;
    private final SignIn signIn;
    private final BiFunction<String, Page, Found> lists;

    public AlertApi(Accounts accounts, SignIn signIn, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.lists = Pages.cached(clock, (user, page) -> load(user, page, AlertFilter.ALL));
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/alerts", this::show);
    }

    private void show(Context context) {
        String user = signIn.required(context).user();
        Page page = Pages.asked(context);
        AlertFilter filter = filter(context);
        Found found = filter.equals(AlertFilter.ALL) ? lists.apply(user, page) : load(user, page, filter);
        Pages.next(context, page, found.history(), Alert::statusTimeNs, Alert::id);
        context.json(new AlertsBody(
                found.inForce().stream().map(AlertBody::of).toList(),
                found.history().stream().map(AlertBody::of).toList()));
    }

    private static AlertFilter filter(Context context) {
        Optional<String> device = Optional.ofNullable(context.queryParam("device"));
        if (device.isPresent() && !Names.isDevice(device.get())) {
            throw new Problem(400, "device is no name of a board", "GET /api/v1/devices lists yours");
        }
        Optional<Level> level = Optional.ofNullable(context.queryParam("level")).map(AlertApi::level);
        return new AlertFilter(
                device,
                level,
                AskedTime.of(context, "from").map(EpochNs::of).orElse(AlertFilter.ALL.fromNs()),
                AskedTime.of(context, "to").map(EpochNs::of).orElse(AlertFilter.ALL.toNs()));
    }

    private static Level level(String text) {
        return Level.of(text)
                .orElseThrow(() -> new Problem(400, "level is no level", "say ok, info, warn, crit or unknown"));
    }

    private Found load(String user, Page page, AlertFilter filter) {
        return new Found(accounts.alerts().inForce(user), accounts.alerts().history(user, page, filter));
    }

    private record Found(List<Alert> inForce, List<Alert> history) {}

    /**
     * @param inForce what is wrong now
     * @param history changes, the newest first
     */
    record AlertsBody(List<AlertBody> inForce, List<AlertBody> history) {}
}
