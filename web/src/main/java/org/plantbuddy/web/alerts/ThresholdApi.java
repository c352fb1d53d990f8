package org.plantbuddy.web.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.flux.threshold.BadThresholdException;
import org.plantbuddy.flux.threshold.Preview;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.flux.threshold.ThresholdsUnavailableException;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/**
 * The thresholds of the one who is signed in; no request can name another user. The fields are those of bucket {@code
 * settings}, with {@code device} and {@code sensor}.
 */
public final class ThresholdApi implements Routes {

    private static final int PREVIEWS_AT_ONCE = 2;
    private static final int SECONDS_TO_WAIT_FOR_TURN = 2;

    /** A preview reads what the check has read in this time. */
    private static final long HOURS_OF_A_BOARD = 168;

    private static final Pattern HOURS = Pattern.compile("[1-9][0-9]{0,2}");

    private final SignIn signIn;
    private final Changes changes;
    private final Thresholds thresholds;
    private final LoadingCache<Session, List<Map<String, Object>>> lists;
    private final Semaphore turns = new Semaphore(PREVIEWS_AT_ONCE, true);

    public ThresholdApi(SignIn signIn, Changes changes, Thresholds thresholds, Clock clock) {
        this.signIn = signIn;
        this.changes = changes;
        this.thresholds = thresholds;
        this.lists = UserCache.shortly(
                clock,
                session -> thresholds.list(session.user()).stream()
                        .map(ThresholdApi::body)
                        .toList());
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/thresholds", this::list)
                .put("/api/v1/thresholds", this::set)
                .delete("/api/v1/thresholds", this::remove)
                .post("/api/v1/thresholds/preview", this::preview);
    }

    private void list(Context context) {
        Session session = signIn.required(context);
        context.json(answer(() -> lists.get(session)));
    }

    private void set(Context context) {
        Session session = changes.one(context);
        Threshold threshold = answer(() -> threshold(session, context.body()));
        answer(() -> {
            thresholds.set(threshold, Changes.actor(session, context));
            return threshold;
        });
        lists.invalidate(session);
        context.json(body(threshold));
    }

    private void remove(Context context) {
        Session session = changes.one(context);
        Scope scope =
                answer(() -> new Scope(session.user(), parameter(context, "device"), parameter(context, "sensor")));
        if (!answer(() -> thresholds.remove(scope, Changes.actor(session, context)))) {
            throw new Problem(404, "no threshold is set for " + scope, "GET /api/v1/thresholds lists those that are");
        }
        lists.invalidate(session);
        context.status(204);
    }

    private void preview(Context context) throws InterruptedException {
        Session session = signIn.requiredToChange(context);
        Threshold threshold = answer(() -> threshold(session, context.body()));
        Duration window = window(context, threshold);
        if (!turns.tryAcquire(SECONDS_TO_WAIT_FOR_TURN, TimeUnit.SECONDS)) {
            throw new Problem(503, "too many are looking back at once", "try again in a few seconds");
        }
        try {
            Preview preview = answer(() -> thresholds.preview(threshold, window));
            context.json(PreviewBody.of(preview));
        } finally {
            turns.release();
        }
    }

    private static Duration window(Context context, Threshold threshold) {
        @Nullable String hours = context.queryParam("hours");
        if (hours == null) {
            return Thresholds.LOOKED_BACK;
        }
        long most = threshold.scope().isAllBoards() ? Thresholds.LOOKED_BACK.toHours() : HOURS_OF_A_BOARD;
        if (!HOURS.matcher(hours).matches() || Long.parseLong(hours) > most) {
            throw new Problem(
                    400,
                    "hours is not a number of 1 to " + HOURS_OF_A_BOARD + ", of all boards to "
                            + Thresholds.LOOKED_BACK.toHours(),
                    "leave it out for " + Thresholds.LOOKED_BACK.toHours());
        }
        return Duration.ofHours(Long.parseLong(hours));
    }

    private static Threshold threshold(Session session, String body) {
        Map<String, Object> fields = new LinkedHashMap<>();
        JsonNode json =
                JsonBody.object(body).orElseThrow(() -> new BadThresholdException("the body is not a JSON object"));
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            JsonNode value = field.getValue();
            if (value.isNumber()) {
                fields.put(field.getKey(), value.doubleValue());
            } else if (value.isBoolean()) {
                fields.put(field.getKey(), value.booleanValue());
            } else if (!value.isNull()) {
                fields.put(field.getKey(), value.asText());
            }
        }
        Scope scope = new Scope(session.user(), name(fields, "device"), name(fields, "sensor"));
        return ThresholdFields.parse(scope, fields);
    }

    private static String name(Map<String, Object> fields, String which) {
        return Optional.ofNullable(fields.remove(which))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .orElseThrow(() -> new BadThresholdException(which + " is missing"));
    }

    private static String parameter(Context context, String which) {
        return Optional.ofNullable(context.queryParam(which))
                .orElseThrow(() -> new BadThresholdException(which + " is missing"));
    }

    private static <T> T answer(Supplier<T> question) {
        try {
            return question.get();
        } catch (BadThresholdException | InvalidNameException | AccountException e) {
            throw new Problem(
                    400, String.valueOf(e.getMessage()), "see docs/thresholds.md for what a threshold can be");
        } catch (ThresholdsUnavailableException e) {
            throw new Problem(503, "the database of thresholds does not answer", "try again in a few seconds");
        }
    }

    private static Map<String, Object> body(Threshold threshold) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("device", threshold.scope().device());
        body.put("sensor", threshold.scope().sensor());
        body.putAll(ThresholdFields.of(threshold));
        return body;
    }

    record PreviewBody(
            long hours,
            int fired,
            List<BoardBody> boards,
            @JsonProperty("own_threshold") List<String> ownThreshold) {

        static PreviewBody of(Preview preview) {
            return new PreviewBody(
                    preview.window().toHours(),
                    preview.fired(),
                    preview.boards().stream().map(BoardBody::of).toList(),
                    preview.ownThreshold());
        }
    }

    record BoardBody(String device, int fired, int recovered, String now, List<ChangeBody> first) {

        static BoardBody of(Preview.Board board) {
            return new BoardBody(
                    board.device(),
                    board.fired(),
                    board.recovered(),
                    board.now().text(),
                    board.first().stream().map(ChangeBody::of).toList());
        }
    }

    /** @param time epoch ms */
    record ChangeBody(long time, String level, double value) {

        static ChangeBody of(Preview.Change change) {
            return new ChangeBody(change.time().toEpochMilli(), change.level().text(), change.value());
        }
    }
}
