package org.plantbuddy.web.account;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.regex.Pattern;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.accounts.PageSessions;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** Where the one who asks is signed in, and the way to end that. No token is told of it, nor ends it. */
public final class BrowserApi implements Routes {

    private static final String OTHERS = "others";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final SignIn signIn;
    private final Changes changes;
    private final Accounts accounts;

    public BrowserApi(SignIn signIn, Changes changes, Accounts accounts) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/browsers", this::list).delete("/api/v1/browsers", this::end);
    }

    private void list(Context context) {
        String user = signIn.inBrowser(context).user();
        String own = PageSessions.name(signIn.id(context));
        context.json(accounts.pageSessions().list(user).stream()
                .map(session -> new BrowserBody(
                        session.name(),
                        session.browser(),
                        session.began().toEpochMilli(),
                        session.used().toEpochMilli(),
                        session.name().equals(own)))
                .toList());
    }

    private void end(Context context) {
        signIn.inBrowser(context);
        Session session = changes.one(context);
        String which = Optional.ofNullable(context.queryParam("id"))
                .filter(id -> id.equals(OTHERS) || ID.matcher(id).matches())
                .orElseThrow(() -> new Problem(
                        400,
                        "id is not that of a browser",
                        "GET /api/v1/browsers lists yours; id=others ends all but the one that asks"));
        PageSessions sessions = accounts.pageSessions();
        if (which.equals(OTHERS)) {
            sessions.endOthers(session.user(), signIn.id(context));
        } else if (!sessions.end(session.user(), which)) {
            throw new Problem(404, "you are not signed in there", "GET /api/v1/browsers lists where you are");
        }
        accounts.audit().add(Changes.actor(session, context), AuditAction.SIGN_OUT_OTHER, session.user(), which);
        context.status(204);
    }

    /**
     * @param id names it; of no use to sign in
     * @param browser such as Firefox on Linux; empty where nothing is known
     * @param began epoch ms
     * @param used epoch ms, to ten minutes
     * @param current whether it is the one that asks
     */
    record BrowserBody(String id, String browser, long began, long used, boolean current) {}
}
