package org.plantbuddy.web.boards;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.nayuki.qrcodegen.QrCode;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.BoardStatus;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.accounts.TooManyBoardsException;
import org.plantbuddy.boards.firmware.BoardFile;
import org.plantbuddy.boards.firmware.BoardFiles;
import org.plantbuddy.boards.firmware.Connection;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.Names;
import org.plantbuddy.web.http.JsonBody;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.http.Routes;
import org.plantbuddy.web.http.UserCache;
import org.plantbuddy.web.signin.Changes;
import org.plantbuddy.web.signin.Session;
import org.plantbuddy.web.signin.SignIn;

/** The boards of the one who is signed in; no request can name another user. */
public final class DeviceApi implements Routes {

    private final SignIn signIn;
    private final Changes changes;
    private final Accounts accounts;
    private final Connecting connecting;
    private final LoadingCache<Session, List<BoardBody>> lists;

    public DeviceApi(SignIn signIn, Changes changes, Accounts accounts, Connecting connecting, Clock clock) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
        this.connecting = connecting;
        this.lists = UserCache.shortly(clock, session -> {
            List<DeniedRequest> all = accounts.deniedRequests().of(session.user());
            return accounts.devices().list(session.user()).stream()
                    .map(device -> BoardBody.of(device, all))
                    .toList();
        });
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/devices", this::list)
                .post("/api/v1/devices", this::add)
                .patch("/api/v1/devices", this::describe)
                .delete("/api/v1/devices", this::revoke);
    }

    private void list(Context context) {
        context.json(lists.get(signIn.required(context)));
    }

    private void add(Context context) {
        Session session = changes.one(context);
        JsonNode asked = object(context.body(), Set.of("device", "name", "place"));
        String device = name(JsonBody.text(asked, "device"));
        try {
            DeviceCredentials credentials = accounts.devices(Changes.actor(session, context))
                    .add(session.user(), device, before -> described(asked, before), most(session.user()));
            context.status(201).json(AddedBody.of(connecting.of(context, session.user(), device, credentials)));
        } catch (TooManyBoardsException e) {
            throw new Problem(
                    409, String.valueOf(e.getMessage()), "add one again that you revoked, or ask who runs this server");
        } catch (AccountException e) {
            throw new Problem(
                    409,
                    "board '" + device + "' has a password already",
                    "revoke it first; added again it gets a new one");
        } finally {
            lists.invalidate(session);
        }
    }

    private int most(String user) {
        long most = accounts.limits().of(user).getOrDefault(Limit.BOARDS, (long) Devices.MOST_BY_USER);
        return (int) Math.min(most, Integer.MAX_VALUE);
    }

    /** Changes what is sent of the owner's words for a board, and answers with all of them. */
    private void describe(Context context) {
        Session session = changes.one(context);
        JsonNode asked = object(context.body(), Set.of("device", "name", "place", "archived"));
        String device = name(JsonBody.text(asked, "device"));
        try {
            Description now = accounts.devices(Changes.actor(session, context))
                    .describe(session.user(), device, before -> described(asked, before));
            context.json(DescriptionBody.of(device, now));
        } catch (AccountException e) {
            if (accounts.devices().exists(session.user(), device)) {
                throw new Problem(409, "board '" + device + "' can sign in", "revoke it first, then archive it");
            }
            throw new Problem(404, "you have no board '" + device + "'", "GET /api/v1/devices lists your boards");
        } finally {
            lists.invalidate(session);
        }
    }

    private static Description described(JsonNode asked, Description before) {
        try {
            Description named = asked.has("name") ? before.withName(textOrNone(asked, "name")) : before;
            Description placed = asked.has("place") ? named.withPlace(textOrNone(asked, "place")) : named;
            JsonNode archived = asked.path("archived");
            if (!archived.isMissingNode() && !archived.isBoolean()) {
                throw bad("archived must be true or false");
            }
            return archived.isMissingNode() ? placed : placed.withArchived(archived.booleanValue());
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /** Null takes a name back, as an empty text does. */
    private static String textOrNone(JsonNode asked, String member) {
        return asked.path(member).isNull()
                ? ""
                : JsonBody.text(asked, member).orElseThrow(() -> bad(member + " must be a text, or null"));
    }

    private void revoke(Context context) {
        Session session = changes.one(context);
        String device = name(Optional.ofNullable(context.queryParam("device")));
        try {
            accounts.devices(Changes.actor(session, context)).revoke(session.user(), device);
        } catch (AccountException e) {
            throw new Problem(
                    404, "you have no board '" + device + "' with a password", "GET /api/v1/devices lists your boards");
        } finally {
            lists.invalidate(session);
        }
        context.status(204);
    }

    private static String name(Optional<String> given) {
        try {
            return Names.requireDevice(given.orElseThrow(() -> bad("device is missing: it must be a text")));
        } catch (InvalidNameException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    /** With nothing else in it: who sends more believes that it does something. */
    private static JsonNode object(String body, Set<String> members) {
        return JsonBody.object(body, members)
                .orElseThrow(() -> bad("the body is not a JSON object with no other members than "
                        + String.join(", ", new TreeSet<>(members))));
    }

    private static Problem bad(String error) {
        return new Problem(
                400,
                error,
                "send {\"device\": \"01\"} to add a board, with \"name\": \"Monstera\" to name one, ?device=01 to revoke one");
    }

    /**
     * @param name what its owner calls it; null: by its address
     * @param place where it is; null where nobody said
     * @param archived whether it is taken off the lists
     * @param status online or offline; null while the board never said
     * @param since epoch ms
     * @param lastKnown epoch ms
     * @param denied the newest first
     */
    record BoardBody(
            String device,
            @Nullable String name,
            @Nullable String place,
            boolean archived,
            String username,
            boolean active,
            @Nullable String status,
            @Nullable Long since,
            @Nullable Long lastKnown,
            List<DeniedBody> denied) {

        static BoardBody of(Device device, List<DeniedRequest> ofUser) {
            Optional<BoardStatus> status = device.status();
            return new BoardBody(
                    device.name(),
                    device.description().name().orElse(null),
                    device.description().place().orElse(null),
                    device.description().archived(),
                    device.username(),
                    device.active(),
                    status.map(known -> known.state().text()).orElse(null),
                    status.map(known -> known.since().toEpochMilli()).orElse(null),
                    status.map(known -> known.lastKnown().toEpochMilli()).orElse(null),
                    DeniedBody.of(device.name(), ofUser));
        }
    }

    record DescriptionBody(
            String device, @Nullable String name, @Nullable String place, boolean archived) {

        static DescriptionBody of(String device, Description said) {
            return new DescriptionBody(
                    device, said.name().orElse(null), said.place().orElse(null), said.archived());
        }
    }

    /**
     * What is told this once.
     *
     * @param topic below which the board's sensors are
     * @param qr the same in a picture, as programs scan it: rows of dark (1) and light (0) squares
     * @param files ready for each kind of board
     */
    record AddedBody(
            String device,
            String username,
            String password,
            String host,
            int port,
            boolean tls,
            String topic,
            List<String> qr,
            List<BoardFile> files) {

        static AddedBody of(Connection connection) {
            return new AddedBody(
                    connection.device(),
                    connection.username(),
                    connection.password(),
                    connection.host(),
                    connection.port(),
                    connection.authority().isPresent(),
                    connection.topic(),
                    picture(connection.url()),
                    BoardFiles.of(connection));
        }

        private static List<String> picture(String text) {
            QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
            return IntStream.range(0, code.size)
                    .mapToObj(y -> IntStream.range(0, code.size)
                            .mapToObj(x -> code.getModule(x, y) ? "1" : "0")
                            .collect(Collectors.joining()))
                    .toList();
        }
    }
}
