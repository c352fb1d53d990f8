package org.plantbuddy.web.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Mute;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** What the one who is signed in does not want to be told of; no request can name another user. */
public final class MuteApi implements Routes {

    private static final String FOREVER = "forever";
    private static final Map<String, Optional<Duration>> LENGTHS = Map.of(
            "1h",
            Optional.of(Duration.ofHours(1)),
            "8h",
            Optional.of(Duration.ofHours(8)),
            "24h",
            Optional.of(Duration.ofHours(24)),
            FOREVER,
            Optional.empty());
    private static final Set<String> MEMBERS = Set.of("device", "sensor", "for");

    private final SignIn signIn;
    private final Changes changes;
    private final Accounts accounts;
    private final Clock clock;

    public MuteApi(SignIn signIn, Changes changes, Accounts accounts, Clock clock) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/mutes", this::list).put("/api/v1/mutes", this::set).delete("/api/v1/mutes", this::remove);
    }

    private void list(Context context) {
        context.json(bodies(signIn.required(context)));
    }

    private void set(Context context) {
        Session session = changes.one(context);
        JsonNode asked = json(context.body());
        Instant now = clock.instant();
        Optional<Instant> until = length(text(asked, "for")).map(now::plus);
        try {
            accounts.mutes(Changes.actor(session, context))
                    .set(new Mute(session.user(), text(asked, "device"), text(asked, "sensor"), until));
        } catch (InvalidNameException | AccountException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        context.json(bodies(session));
    }

    private void remove(Context context) {
        Session session = changes.one(context);
        String device = Optional.ofNullable(context.queryParam("device")).orElseThrow(() -> bad("device is missing"));
        String sensor = Optional.ofNullable(context.queryParam("sensor")).orElseThrow(() -> bad("sensor is missing"));
        try {
            Mute named = new Mute(session.user(), device, sensor, Optional.empty());
            if (!accounts.mutes(Changes.actor(session, context)).remove(named.user(), named.device(), named.sensor())) {
                throw new Problem(
                        404,
                        "nothing is muted for '" + sensor + "' of board '" + device + "'",
                        "GET /api/v1/mutes lists what is");
            }
        } catch (InvalidNameException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        context.status(204);
    }

    private List<MuteBody> bodies(Session session) {
        return accounts.mutes().list(session.user()).stream().map(MuteBody::of).toList();
    }

    private static Optional<Duration> length(String text) {
        Optional<Duration> length = LENGTHS.get(text);
        if (length == null) {
            throw bad("'for' must be one of " + new TreeSet<>(LENGTHS.keySet()));
        }
        return length;
    }

    private static JsonNode json(String body) {
        return JsonBody.object(body, MEMBERS)
                .orElseThrow(() -> bad("the body is not a JSON object with the members device, sensor and for alone"));
    }

    private static String text(JsonNode json, String member) {
        return JsonBody.text(json, member).orElseThrow(() -> bad(member + " is missing: it must be a text"));
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"device\": \"01\", \"sensor\": \"light\", \"for\": \"8h\"}; sensor * is all of the board");
    }

    /** @param until epoch ms; null until it is taken back */
    record MuteBody(String device, String sensor, @Nullable Long until) {

        static MuteBody of(Mute mute) {
            return new MuteBody(
                    mute.device(),
                    mute.sensor(),
                    mute.until().map(Instant::toEpochMilli).orElse(null));
        }
    }
}
