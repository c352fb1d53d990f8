package org.plantbuddy.web.boards;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.SignIn;

/** What boards of the one who is signed in sent and nobody could take; no request can name another user. */
public final class RefusedApi implements Routes {

    private static final int SHOWN = 50;

    private final SignIn signIn;
    private final LoadingCache<String, List<RefusedBody>> refused;

    public RefusedApi(Accounts accounts, SignIn signIn, Clock clock) {
        this.signIn = signIn;
        this.refused = UserCache.shortly(
                clock,
                user -> accounts.refusedReadings().newest(user, SHOWN).stream()
                        .map(RefusedBody::of)
                        .toList());
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/refused", this::list);
    }

    private void list(Context context) {
        context.json(refused.get(signIn.required(context).user()));
    }

    /** @param time epoch ms */
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
