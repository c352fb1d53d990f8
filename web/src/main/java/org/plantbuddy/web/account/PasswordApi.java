package org.plantbuddy.web.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.PasswordAgain;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** A new password, by who knows the old one. Every other browser is signed out; this one gets a session of its own. */
public final class PasswordApi implements Routes {

    private static final Set<String> MEMBERS = Set.of("old", "new", "revokeTokens");

    private final SignIn signIn;
    private final Changes changes;
    private final PasswordAgain again;
    private final Accounts accounts;

    public PasswordApi(SignIn signIn, Changes changes, PasswordAgain again, Accounts accounts) {
        this.signIn = signIn;
        this.changes = changes;
        this.again = again;
        this.accounts = accounts;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.put("/api/v1/password", this::change);
    }

    private void change(Context context) throws InterruptedException {
        signIn.inBrowser(context);
        Session session = changes.one(context);
        JsonNode asked = JsonBody.object(context.body(), MEMBERS)
                .orElseThrow(
                        () -> bad("the body is not a JSON object with the members old, new and revokeTokens alone"));
        String old = JsonBody.text(asked, "old").orElseThrow(() -> bad("old is missing: it must be a text"));
        String chosen = JsonBody.text(asked, "new").orElseThrow(() -> bad("new is missing: it must be a text"));
        JsonNode tokensToo = asked.path("revokeTokens");
        if (!tokensToo.isMissingNode() && !tokensToo.isBoolean()) {
            throw bad("revokeTokens must be true or false");
        }
        Users users = accounts.users(Changes.actor(session, context));
        try {
            Optional<Optional<Users.Proven>> changed = again.prove(
                    context, session, old, who -> users.changePassword(who, chosen, tokensToo.asBoolean(false)));
            if (changed.isPresent()) {
                String csrf = changed.get()
                        .flatMap(who -> signIn.begin(context, who))
                        .orElseThrow(() -> new Problem(
                                409,
                                "the password was changed by somebody else meanwhile",
                                "sign in with the new one"));
                context.json(new ChangedBody(csrf));
            }
        } catch (AccountException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"old\": \"…\", \"new\": \"…\", \"revokeTokens\": false}; a password has " + Users.MIN_PASSWORD
                        + " to " + Users.MAX_PASSWORD + " characters");
    }

    /** @param csrf of the session that this browser has from now on */
    record ChangedBody(String csrf) {}
}
