package org.plantbuddy.web.alerts;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Page;
import org.plantbuddy.web.http.Pages;
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
        this.lists = Pages.cached(clock, this::load);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/alerts", this::show);
    }

    private void show(Context context) {
        String user = signIn.required(context).user();
        Page page = Pages.asked(context);
        Found found = lists.apply(user, page);
        Pages.next(context, page, found.history(), Alert::statusTimeNs, Alert::id);
        context.json(new AlertsBody(
                found.inForce().stream().map(AlertBody::of).toList(),
                found.history().stream().map(AlertBody::of).toList()));
    }

    private Found load(String user, Page page) {
        return new Found(accounts.alerts().inForce(user), accounts.alerts().history(user, page));
    }

    private record Found(List<Alert> inForce, List<Alert> history) {}

    /**
     * @param inForce what is wrong now
     * @param history changes, the newest first
     */
    record AlertsBody(List<AlertBody> inForce, List<AlertBody> history) {}
}
