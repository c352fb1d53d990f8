package org.plantbuddy.web.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
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

/** Users remove their own account, with all that {@code user remove} removes. The name and the password are asked for. */
public final class RemovalApi implements Routes {

    private static final Set<String> MEMBERS = Set.of("user", "password");

    private final SignIn signIn;
    private final Changes changes;
    private final PasswordAgain again;
    private final Accounts accounts;

    public RemovalApi(SignIn signIn, Changes changes, PasswordAgain again, Accounts accounts) {
        this.signIn = signIn;
        this.changes = changes;
        this.again = again;
        this.accounts = accounts;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/removal", this::remove);
    }

    private void remove(Context context) throws InterruptedException {
        signIn.inBrowser(context);
        Session session = changes.one(context);
        String user = session.user();
        JsonNode asked = JsonBody.object(context.body(), MEMBERS)
                .orElseThrow(() -> bad("the body is not a JSON object with the members user and password alone"));
        String typed = JsonBody.text(asked, "user").orElseThrow(() -> bad("user is missing: it must be a text"));
        String password =
                JsonBody.text(asked, "password").orElseThrow(() -> bad("password is missing: it must be a text"));
        if (!typed.equals(user)) {
            throw bad("user is not your user name");
        }
        Users users = accounts.users(Changes.actor(session, context));
        try {
            again.prove(context, session, password, who -> {
                        users.removeOwn(who.user());
                        return who;
                    })
                    .ifPresent(who -> {
                        signIn.forget(context);
                        context.json(accounts.removals()
                                .pending(user)
                                .map(removal -> new RemovalBody(false, removal.waitsFor()))
                                .orElse(new RemovalBody(true, "")));
                    });
        } catch (AccountException e) {
            throw new Problem(409, String.valueOf(e.getMessage()), "then remove your account");
        }
    }

    private static Problem bad(String error) {
        return new Problem(400, error, "send {\"user\": \"…\", \"password\": \"…\"}, with what you sign in with");
    }

    /**
     * The account is gone, and nobody can sign in.
     *
     * @param done whether all else is, too, and the name is free
     * @param waitsFor what is still to be done
     */
    record RemovalBody(boolean done, String waitsFor) {}
}
