package org.plantbuddy.web.boards;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Page;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.web.http.Pages;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.SignIn;

/** What boards of the one who is signed in sent and nobody could take; no request can name another user. */
public final class RefusedApi implements Routes {

    private final SignIn signIn;
    private final BiFunction<String, Page, List<RefusedReading>> lists;

    public RefusedApi(Accounts accounts, SignIn signIn, Clock clock) {
        this.signIn = signIn;
        this.lists = Pages.cached(clock, accounts.refusedReadings()::list);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/refused", this::list);
    }

    private void list(Context context) {
        String user = signIn.required(context).user();
        Page page = Pages.asked(context);
        List<RefusedReading> found = lists.apply(user, page);
        Pages.next(context, page, found, refused -> refused.at().toEpochMilli(), RefusedReading::id);
        context.json(found.stream().map(RefusedBody::of).toList());
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
