package org.plantbuddy.web.http;

import io.javalin.http.Context;
import org.plantbuddy.accounts.Preferences;
import org.plantbuddy.accounts.Users;

/** Sends pages of those who are signed in, in the language and with the unit of temperatures that each has chosen. */
public final class OwnPages {

    private final Users users;
    private final Assets assets;

    public OwnPages(Users users, Assets assets) {
        this.users = users;
        this.assets = assets;
    }

    /** No browser keeps it by itself, for it may be somebody else's turn next. */
    public void send(Context context, String user, String name) {
        Preferences chosen = users.preferences(user);
        Language language = chosen.language().flatMap(Language::of).orElseGet(() -> Language.asked(context));
        context.contentType("text/html; charset=utf-8")
                .header("Cache-Control", "no-store")
                .result(assets.page(name, language).replace("{{temperature}}", chosen.temperatureUnit()));
    }
}
