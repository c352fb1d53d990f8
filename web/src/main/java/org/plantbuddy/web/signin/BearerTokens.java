package org.plantbuddy.web.signin;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.plantbuddy.accounts.AppTokens;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Problems;
import org.plantbuddy.web.http.Routes;

/** How programs come in: {@code Authorization: Bearer}, with a token that its user gave them. Who guesses is slowed. */
public final class BearerTokens implements Routes {

    private static final String SCHEME = "bearer ";
    private static final String TOKEN = BearerTokens.class.getName();
    private static final String HOLDS = TOKEN + ".holds";

    /** Of more characters than a token has: what can be none asks no database. */
    private static final Pattern POSSIBLE = Pattern.compile("pb_[A-Za-z0-9_-]{1,64}");

    private final AppTokens tokens;
    private final FailedTries failures;

    public BearerTokens(AppTokens tokens, FailedTries failures) {
        this.tokens = tokens;
        this.failures = failures;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.before("/api/v1/*", this::find);
    }

    /** What a request shows that comes with a token which holds; its cookies count for nothing then. */
    static Optional<AppTokens.Bearer> of(Context context) {
        return Optional.ofNullable(context.attribute(TOKEN));
    }

    /** Whether the token of a request that comes with one still holds; to be asked again and again. */
    static Optional<BooleanSupplier> whileItHolds(Context context) {
        return Optional.ofNullable(context.attribute(HOLDS));
    }

    private void find(Context context) {
        String header = context.header(Header.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return;
        }
        Optional<String> token = Optional.of(header.substring(SCHEME.length()).strip())
                .filter(possible -> POSSIBLE.matcher(possible).matches());
        Optional<AppTokens.Bearer> bearer = token.flatMap(tokens::find);
        if (bearer.isPresent()) {
            String stamp = bearer.get().credentialStamp();
            BooleanSupplier holds = () -> token.flatMap(tokens::find)
                    .filter(now -> now.credentialStamp().equals(stamp))
                    .isPresent();
            context.attribute(TOKEN, bearer.get());
            context.attribute(HOLDS, holds);
            return;
        }
        context.skipRemainingHandlers();
        failures.answer(context, () -> refuse(context));
    }

    private static void refuse(Context context) {
        context.header(Header.WWW_AUTHENTICATE, "Bearer realm=\"plantbuddy\", error=\"invalid_token\"");
        Problems.answer(
                new Problem(401, "the token is wrong, was revoked, or its time is over", "make one on the page"),
                context);
    }
}
