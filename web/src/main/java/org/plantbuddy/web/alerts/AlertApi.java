package org.plantbuddy.web.alerts;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.SignIn;

/** The alerts of the one who is signed in; no request can name another user. */
public final class AlertApi implements Routes {

    private static final int SHOWN = 50;

    private final Accounts accounts;
    private final SignIn signIn;
    private final LoadingCache<String, AlertsBody> alerts;

    public AlertApi(Accounts accounts, SignIn signIn, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.alerts = UserCache.shortly(clock, this::load);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/alerts", this::show);
    }

    private void show(Context context) {
        context.json(alerts.get(signIn.required(context).user()));
    }

    private AlertsBody load(String user) {
        return new AlertsBody(
                accounts.alerts().inForce(user).stream().map(AlertBody::of).toList(),
                accounts.alerts().history(user, SHOWN).stream()
                        .map(AlertBody::of)
                        .toList());
    }

    /**
     * @param inForce what is wrong now
     * @param history changes, the newest first
     */
    record AlertsBody(List<AlertBody> inForce, List<AlertBody> history) {}
}
