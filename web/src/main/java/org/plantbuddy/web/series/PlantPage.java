package org.plantbuddy.web.series;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.OwnPages;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.SignIn;

/** {@code /plants/‹board›}: one board of the one who is signed in, over any time. */
public final class PlantPage implements Routes {

    private final Accounts accounts;
    private final SignIn signIn;
    private final OwnPages pages;

    public PlantPage(Accounts accounts, SignIn signIn, OwnPages pages) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.pages = pages;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/plants/{device}", this::show);
    }

    private void show(Context context) {
        signIn.sessionOrForm(context).ifPresent(session -> {
            String device = context.pathParam("device");
            if (!Names.isDevice(device) || !isOf(session.user(), device)) {
                throw new Problem(404, "you have no such board", "your boards are at /");
            }
            pages.send(context, session.user(), "plant.html");
        });
    }

    private boolean isOf(String user, String device) {
        return accounts.devices().list(user).stream()
                        .anyMatch(board -> board.name().equals(device))
                || accounts.sensors().list(user).stream()
                        .anyMatch(series -> series.device().equals(device));
    }
}
