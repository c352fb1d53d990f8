package org.plantbuddy.web.boards;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Note;
import org.plantbuddy.accounts.Page;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.text.OwnName;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.AskedTime;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Pages;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** What the one who is signed in notes of boards; no request can name another user. */
public final class NoteApi implements Routes {

    private static final Set<String> MEMBERS = Set.of("device", "kind", "text", "time");

    /** Clocks differ; what is to come was not done. */
    private static final Duration AHEAD = Duration.ofMinutes(10);

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final SignIn signIn;
    private final Changes changes;
    private final Accounts accounts;
    private final BiConsumer<String, String> changed;
    private final Clock clock;

    /** @param changed is told of which user's which board there is another note, or one less */
    public NoteApi(SignIn signIn, Changes changes, Accounts accounts, BiConsumer<String, String> changed, Clock clock) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
        this.changed = changed;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/notes", this::list).post("/api/v1/notes", this::add).delete("/api/v1/notes", this::remove);
    }

    private void list(Context context) {
        String user = signIn.required(context).user();
        Page page = Pages.asked(context);
        Optional<String> device =
                Optional.ofNullable(context.queryParam("device")).map(NoteApi::name);
        List<Note> notes = accounts.notes()
                .list(
                        user,
                        page,
                        device,
                        AskedTime.of(context, "from").orElse(Instant.EPOCH),
                        AskedTime.of(context, "to").orElse(LAST));
        Pages.next(context, page, notes, note -> note.at().toEpochMilli(), Note::id);
        context.json(notes.stream().map(NoteBody::of).toList());
    }

    private void add(Context context) {
        Session session = changes.one(context, Scope.NOTE);
        JsonNode asked = JsonBody.object(context.body(), MEMBERS)
                .orElseThrow(
                        () -> bad("the body is not a JSON object with no other members than device, kind, text, time"));
        String device =
                name(JsonBody.text(asked, "device").orElseThrow(() -> bad("device is missing: it must be a text")));
        Note.Kind kind = JsonBody.text(asked, "kind")
                .flatMap(Note.Kind::of)
                .orElseThrow(() -> bad("kind must be watered or note"));
        String text = text(asked);
        if (text.isEmpty() && kind == Note.Kind.NOTE) {
            throw bad("text is missing: a note says something");
        }
        try {
            Note note = accounts.notes().add(session.user(), device, kind, text, time(asked));
            changed.accept(session.user(), device);
            context.status(201).json(NoteBody.of(note));
        } catch (AccountException e) {
            throw new Problem(409, String.valueOf(e.getMessage()), "GET /api/v1/devices lists your boards");
        }
    }

    private void remove(Context context) {
        Session session = changes.one(context, Scope.NOTE);
        String id = Optional.ofNullable(context.queryParam("id")).orElseThrow(() -> bad("id is missing"));
        String device = accounts.notes()
                .remove(session.user(), id)
                .orElseThrow(() -> new Problem(404, "you have no such note", "GET /api/v1/notes lists your notes"));
        changed.accept(session.user(), device);
        context.status(204);
    }

    private static String text(JsonNode asked) {
        if (!asked.has("text")) {
            return "";
        }
        String given = JsonBody.text(asked, "text").orElseThrow(() -> bad("text must be a text"));
        try {
            return OwnName.of("text", given, Note.LONGEST).orElse("");
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private Instant time(JsonNode asked) {
        Instant now = clock.instant();
        JsonNode time = asked.path("time");
        if (time.isMissingNode()) {
            return now;
        }
        boolean isTime = time.isIntegralNumber() && time.canConvertToLong() && time.asLong() >= 0;
        if (!isTime || time.asLong() > now.plus(AHEAD).toEpochMilli()) {
            throw bad("time must be ms since 1970, and not be to come");
        }
        return Instant.ofEpochMilli(time.asLong());
    }

    private static String name(String given) {
        try {
            return Names.requireDevice(given);
        } catch (InvalidNameException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"device\": \"01\", \"kind\": \"watered\"} or {\"device\": \"01\", \"kind\": \"note\", \"text\":"
                        + " \"new soil\"}, with \"time\" where it was not now");
    }

    /** @param time epoch ms */
    record NoteBody(String id, String device, String kind, String text, long time) {

        static NoteBody of(Note note) {
            return new NoteBody(
                    note.id(),
                    note.device(),
                    note.kind().text(),
                    note.text(),
                    note.at().toEpochMilli());
        }
    }
}
