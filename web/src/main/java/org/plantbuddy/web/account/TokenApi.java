package org.plantbuddy.web.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AppToken;
import org.plantbuddy.accounts.AppTokens;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** The tokens that the one who is signed in gives to programs. No token makes tokens, or it would outlive its own end. */
public final class TokenApi implements Routes {

    private static final Set<String> MEMBERS = Set.of("label", "scopes", "days");

    private final SignIn signIn;
    private final Changes changes;
    private final Accounts accounts;

    public TokenApi(SignIn signIn, Changes changes, Accounts accounts) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/tokens", this::list)
                .post("/api/v1/tokens", this::add)
                .delete("/api/v1/tokens", this::revoke);
    }

    private void list(Context context) {
        context.json(accounts.appTokens().list(signIn.inBrowser(context).user()).stream()
                .map(TokenBody::of)
                .toList());
    }

    private void add(Context context) {
        signIn.inBrowser(context);
        Session session = changes.one(context);
        JsonNode asked = JsonBody.object(context.body(), MEMBERS)
                .orElseThrow(() -> bad("the body is not a JSON object with the members label, scopes and days alone"));
        String label = JsonBody.text(asked, "label").orElseThrow(() -> bad("label is missing: it must be a text"));
        try {
            Set<Scope> scopes = Scope.named(scopes(asked));
            String token = tokens(session, context).create(session.user(), label, scopes, days(asked));
            context.status(201).json(new AddedBody(label, texts(scopes), token));
        } catch (AccountException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private void revoke(Context context) {
        signIn.inBrowser(context);
        Session session = changes.one(context);
        String label = Optional.ofNullable(context.queryParam("label")).orElseThrow(() -> bad("label is missing"));
        try {
            tokens(session, context).revoke(session.user(), label);
        } catch (AccountException e) {
            throw new Problem(404, "you have no token of this label", "GET /api/v1/tokens lists your tokens");
        }
        context.status(204);
    }

    private AppTokens tokens(Session session, Context context) {
        return accounts.appTokens(Changes.actor(session, context));
    }

    private static List<String> scopes(JsonNode asked) {
        List<String> scopes = new ArrayList<>();
        for (JsonNode scope : asked.path("scopes")) {
            if (!scope.isTextual()) {
                throw bad("a scope must be a text");
            }
            scopes.add(scope.asText());
        }
        return scopes;
    }

    private static Optional<Duration> days(JsonNode asked) {
        JsonNode days = asked.path("days");
        if (days.isMissingNode() || days.isNull()) {
            return Optional.empty();
        }
        if (!days.isInt()) {
            throw bad("days must be a whole number");
        }
        return Optional.of(Duration.ofDays(days.asInt()));
    }

    private static List<String> texts(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::text).toList();
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"label\": \"dashboard\", \"scopes\": [\"read\"], \"days\": 90}; without days it is valid until"
                        + " revoked");
    }

    /**
     * @param created epoch ms
     * @param ends epoch ms; null: not before it is revoked
     * @param used epoch ms, to ten minutes; null: not, or before this was kept
     */
    record TokenBody(
            String label,
            List<String> scopes,
            long created,
            @Nullable Long ends,
            @Nullable Long used) {

        static TokenBody of(AppToken token) {
            return new TokenBody(
                    token.label(),
                    texts(token.scopes()),
                    token.created().toEpochMilli(),
                    token.ends().map(Instant::toEpochMilli).orElse(null),
                    token.used().map(Instant::toEpochMilli).orElse(null));
        }
    }

    /** What is told this once. */
    record AddedBody(String label, List<String> scopes, String token) {}
}
