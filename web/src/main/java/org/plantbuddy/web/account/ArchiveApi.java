package org.plantbuddy.web.account;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.web.http.Downloads;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** {@code /api/v1/archive}: all that is kept of the one who is signed in, as the operator's {@code user export} has it. */
public final class ArchiveApi implements Routes {

    private final SignIn signIn;
    private final UserExport export;
    private final Downloads downloads;
    private final Clock clock;

    public ArchiveApi(SignIn signIn, UserExport export, Downloads downloads, Clock clock) {
        this.signIn = signIn;
        this.export = export;
        this.downloads = downloads;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/archive", this::send);
    }

    /** No token has it: it tells where its user signed in from. */
    private void send(Context context) {
        Session session = signIn.inBrowser(context);
        String file =
                "plantbuddy-" + session.user() + "-" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) + ".zip";
        downloads.send(
                context,
                session.user(),
                "application/zip",
                file,
                out -> export.write(Changes.actor(session, context), session.user(), out));
    }
}
