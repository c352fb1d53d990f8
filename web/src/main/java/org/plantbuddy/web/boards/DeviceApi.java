package org.plantbuddy.web.boards;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.BoardStatus;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.accounts.TooManyBoardsException;
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
    private final LoadingCache<Session, List<BoardBody>> lists;

    public DeviceApi(SignIn signIn, Changes changes, Accounts accounts, Clock clock) {
        this.signIn = signIn;
        this.changes = changes;
        this.accounts = accounts;
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
                .delete("/api/v1/devices", this::revoke);
    }

    private void list(Context context) {
        context.json(lists.get(signIn.required(context)));
    }

    private void add(Context context) {
        Session session = changes.one(context);
        String device = name(member(context.body()));
        try {
            DeviceCredentials credentials =
                    accounts.devices(Changes.actor(session, context)).add(session.user(), device, most(session.user()));
            context.status(201).json(AddedBody.of(device, credentials));
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

    /** Of an object with nothing else in it: who sends more believes that it does something. */
    private static Optional<String> member(String body) {
        JsonNode json = JsonBody.object(body)
                .filter(object -> object.size() == 1)
                .orElseThrow(() -> bad("the body is not a JSON object with the member device alone"));
        return JsonBody.text(json, "device");
    }

    private static Problem bad(String error) {
        return new Problem(400, error, "send {\"device\": \"01\"} to add a board, ?device=01 to revoke one");
    }

    /**
     * @param status online or offline; null while the board never said
     * @param since epoch ms
     * @param lastKnown epoch ms
     * @param denied the newest first
     */
    record BoardBody(
            String device,
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
                    device.username(),
                    device.active(),
                    status.map(known -> known.state().text()).orElse(null),
                    status.map(known -> known.since().toEpochMilli()).orElse(null),
                    status.map(known -> known.lastKnown().toEpochMilli()).orElse(null),
                    DeniedBody.of(device.name(), ofUser));
        }
    }

    /** What is told this once. */
    record AddedBody(String device, String username, String password) {

        static AddedBody of(String device, DeviceCredentials credentials) {
            return new AddedBody(device, credentials.username(), credentials.password());
        }
    }
}
