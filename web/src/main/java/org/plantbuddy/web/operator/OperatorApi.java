package org.plantbuddy.web.operator;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.Usage;
import org.plantbuddy.web.http.OwnPages;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.SignIn;

/**
 * What only users with the operator's role see. For everybody else these addresses do not exist; the role is looked up at each
 * request, so that one taken away holds at once. Nothing here changes anything.
 */
public final class OperatorApi implements Routes {

    private static final int USERS_SHOWN = 1_000;
    private static final int DENIED_SHOWN = 200;
    private static final Duration CACHED_FOR = Duration.ofSeconds(5);

    private final Accounts accounts;
    private final SignIn signIn;
    private final OwnPages pages;
    private final LoadingCache<String, List<PartHealth>> status;
    private final LoadingCache<String, UsersBody> users;
    private final LoadingCache<String, List<UserDeniedBody>> denied;

    /** @param probes asked at most every few seconds, however many look */
    public OperatorApi(Accounts accounts, SignIn signIn, OwnPages pages, Probes probes, Clock clock) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.pages = pages;
        this.status = UserCache.of(CACHED_FOR, clock, key -> probes.all());
        this.users =
                UserCache.of(CACHED_FOR, clock, key -> users(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)));
        this.denied = UserCache.of(
                CACHED_FOR,
                clock,
                key -> accounts.deniedRequests().newest(DENIED_SHOWN).stream()
                        .map(UserDeniedBody::of)
                        .toList());
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/operator", this::page)
                .get("/api/v1/operator/status", this::status)
                .get("/api/v1/operator/users", this::users)
                .get("/api/v1/operator/denials", this::denials);
    }

    private void page(Context context) {
        signIn.sessionOrForm(context).ifPresent(session -> {
            require(context);
            pages.send(context, session.user(), "operator.html");
        });
    }

    private void status(Context context) {
        require(context);
        context.json(status.get(""));
    }

    private void users(Context context) {
        require(context);
        context.json(users.get(""));
    }

    private void denials(Context context) {
        require(context);
        context.json(denied.get(""));
    }

    private UsersBody users(LocalDate today) {
        List<Usage> all = accounts.dailyReadings().usage(today, USERS_SHOWN);
        return new UsersBody(
                accounts.users().list().size(), all.stream().map(UserBody::of).toList());
    }

    /** @throws Problem 401 when nobody is signed in, 404 for who has not the role */
    private void require(Context context) {
        if (!accounts.users().isOperator(signIn.inBrowser(context).user())) {
            throw new Problem(404, "there is no such address", "the page is at /");
        }
    }

    /**
     * @param count of all users
     * @param users those who stored most today first, at most a thousand
     */
    record UsersBody(int count, List<UserBody> users) {}

    /** @param readingsPerDay 0: no limit */
    record UserBody(
            String user,
            boolean operator,
            boolean invited,
            int boards,
            int boardsActive,
            long readingsToday,
            long readingsPerDay) {

        static UserBody of(Usage usage) {
            return new UserBody(
                    usage.user(),
                    usage.operator(),
                    usage.invited(),
                    usage.boards(),
                    usage.boardsActive(),
                    usage.today().readings(),
                    usage.today().most());
        }
    }

    /**
     * @param device empty: the user's own clients
     * @param last epoch ms
     */
    record UserDeniedBody(String user, String device, String kind, String reason, long times, long last) {

        static UserDeniedBody of(DeniedRequest denied) {
            return new UserDeniedBody(
                    denied.user(),
                    denied.device(),
                    denied.kind(),
                    denied.reason(),
                    denied.times(),
                    denied.last().toEpochMilli());
        }
    }
}
