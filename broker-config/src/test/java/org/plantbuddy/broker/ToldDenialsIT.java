package org.plantbuddy.broker;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.signin.FailedSignIns;
import org.plantbuddy.config.Key;

/** Whoever's board or client is denied something finds it in the accounts database, with what to do. No bridge has subscribed here. */
class ToldDenialsIT {

    private static final int LIMIT = 3;
    private static final int A_SECOND = 10;
    private static final int TOO_LONG = 300;

    /** The broker's own trouble, or what only a service can do: {@code DenialsTest} has these; or takes TLS: {@code TlsIT}. */
    private static final Set<Denial> NOT_A_CLIENTS = EnumSet.of(
            Denial.SIGN_IN_BUSY,
            Denial.SIGN_IN_FAILED,
            Denial.QUEUE_FULL,
            Denial.DISK_FULL,
            Denial.RETAINED,
            Denial.WRONG_CERTIFICATE);

    @TempDir
    static Path data;

    private static TestBroker broker;
    private final List<RawClient> clients = new ArrayList<>();
    private int version;

    /** Has it denied; each kind of board has a name and a password. */
    private interface Provocation {
        void by(String board, String password) throws IOException;
    }

    private final Map<Denial, Provocation> provocations = new EnumMap<>(Map.ofEntries(
            entry(
                    Denial.CLIENT_ID,
                    (board, password) -> client("x".repeat(TOO_LONG)).connect(board, password)),
            entry(Denial.WRONG_CREDENTIALS, (board, password) -> client("a").connect(board, password + "x")),
            entry(Denial.TOO_MANY_TRIES, (board, password) -> {
                for (int i = 0; i < FailedSignIns.FREE_TRIES + 3; i++) {
                    client("a").connect(board.replace('/', '-'), "guess " + i);
                }
            }),
            entry(
                    Denial.FOREIGN_WILL,
                    (board, password) ->
                            client("a").will("plantbuddy/anna/01/status").signIn(board, password)),
            entry(Denial.TOO_MANY_CONNECTIONS, (board, password) -> {
                for (int i = 0; i <= LIMIT; i++) {
                    client("c" + i).connect(board, password);
                }
            }),
            entry(Denial.TOO_MANY_SESSIONS, (board, password) -> {
                for (int i = 0; i <= LIMIT; i++) {
                    RawClient leaving = client("s" + i).staying();
                    leaving.connect(board, password);
                    leaving.packet(0xE0, new byte[0]);
                    leaving.isEnded();
                }
            }),
            entry(Denial.TAKEN_OVER, (board, password) -> {
                for (int i = 0; i <= 5; i++) {
                    client("twin").connect(board, password);
                }
            }),
            entry(
                    Denial.WRONG_DEPTH,
                    (board, password) ->
                            in(board, password).publish(1, "plantbuddy/" + board + "/soil/moisture", "40")),
            entry(
                    Denial.FOREIGN_PUBLISH,
                    (board, password) -> in(board, password).publish(1, "other", "40")),
            entry(
                    Denial.IGNORED,
                    (board, password) -> in(board, password).publish(1, "homeassistant/sensor/x/config", "{}")),
            entry(
                    Denial.STATUS_TOO_LONG,
                    (board, password) ->
                            in(board, password).publish(1, "plantbuddy/" + board + "/status", "x".repeat(TOO_LONG))),
            entry(
                    Denial.QOS_2,
                    (board, password) ->
                            in(board, password).publishWithQos2(1, "plantbuddy/" + board + "/status", "40")),
            entry(
                    Denial.BAD_PACKET,
                    (board, password) -> in(board, password).publish(1, "plantbuddy/" + board + "/+", "40")),
            entry(
                    Denial.FOREIGN_SUBSCRIPTION,
                    (board, password) -> in(board, password).subscribe(1, "plantbuddy/" + board + "/#")),
            entry(
                    Denial.SHARED_SUBSCRIPTION,
                    (board, password) -> in(board, password).subscribe(1, "$share/x/plantbuddy/" + board + "/#")),
            entry(
                    Denial.TOO_MANY_SUBSCRIPTIONS,
                    (board, password) -> in(board, password)
                            .subscribe(
                                    1,
                                    IntStream.rangeClosed(0, LIMIT)
                                            .mapToObj(Integer::toString)
                                            .toArray(String[]::new))),
            entry(Denial.TOO_OFTEN, (board, password) -> {
                for (int i = 0; i < 6 * Quotas.SIGN_INS_A_SECOND; i++) {
                    client("often" + i).signIn(board, password); // all at once
                }
            }),
            entry(
                    Denial.NO_BRIDGE,
                    (board, password) -> in(board, password).publish(1, "plantbuddy/" + board + "/light", "40")),
            entry(
                    Denial.QUOTA,
                    (board, password) -> in(board, password)
                            .publishTogether(10 * A_SECOND, "plantbuddy/" + board + "/status", "online"))));

    @BeforeAll
    static void start() {
        broker = new TestBroker(
                data,
                Map.of(
                        Key.MQTT_SUBSCRIPTIONS, Integer.toString(LIMIT),
                        Key.MQTT_CONNECTIONS, Integer.toString(LIMIT),
                        Key.MQTT_SESSIONS, Integer.toString(LIMIT),
                        Key.QUOTA_BOARD, Integer.toString(A_SECOND)));
    }

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, RawClient.MQTT_5})
    void eachKindOfDenialIsInItsOwnersBookWithWhatToDo(int level) throws Exception {
        version = level;
        String user = "v" + level;
        broker.accounts.users().add(user, Site.PASSWORD);
        Set<Denial> kinds = EnumSet.allOf(Denial.class);
        kinds.removeIf(kind -> kind.told() == Denial.Told.NOBODY || NOT_A_CLIENTS.contains(kind));
        assertThat(provocations.keySet()).as("kinds that are tried").isEqualTo(kinds);
        for (Map.Entry<Denial, Provocation> each : provocations.entrySet()) {
            String kind = each.getKey().label();
            if (each.getKey() == Denial.TOO_MANY_TRIES) { // of passwords, not of tokens
                broker.accounts.users().add(user + "-" + kind, Site.PASSWORD);
                each.getValue().by(user + "/" + kind, "");
            } else {
                each.getValue()
                        .by(
                                user + "/" + kind,
                                broker.accounts.devices().add(user, kind).password());
            }
        }
        for (Denial kind : kinds) {
            await().alias(kind.label())
                    .untilAsserted(() -> assertThat(told(user, kind))
                            .singleElement()
                            .satisfies(told -> {
                                assertThat(told.reason()).as("with what to do").hasSizeGreaterThan(40);
                                assertThat(told.times()).isPositive();
                                assertThat(told.untold())
                                        .isEqualTo(kind.told() == Denial.Told.SHOWN ? 0 : told.times());
                            }));
        }
        assertThat(told(user, Denial.WRONG_CREDENTIALS).get(0).reason())
                .contains("'" + user + "/wrong-credentials' from 127.0.0.1");
        assertThat(told(user, Denial.TAKEN_OVER).get(0).reason()).contains("is one sketch on two boards?", "twin");
        assertThat(told(user, Denial.QOS_2).get(0).reason()).contains("publish with QoS 1");
        DeniedRequest deep = told(user, Denial.WRONG_DEPTH).get(0);
        assertThat(deep.reason())
                .isEqualTo("one level too deep: 'plantbuddy/" + user
                        + "/wrong-depth/soil/moisture': publish on plantbuddy/" + user
                        + "/wrong-depth/<sensor>, such as plantbuddy/" + user + "/wrong-depth/soil_moisture");
        assertThat(deep.topic()).endsWith("/soil/moisture");
        assertThat(deep.payload()).isEqualTo("40");
    }

    private static List<DeniedRequest> told(String user, Denial kind) {
        boolean ofPerson = kind == Denial.TOO_MANY_TRIES;
        return broker.accounts.deniedRequests().of(ofPerson ? user + "-" + kind.label() : user).stream()
                .filter(denied -> denied.kind().equals(kind.label()))
                .filter(denied -> denied.device().equals(ofPerson ? "" : kind.label()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, RawClient.MQTT_5})
    void aWillOfQos2IsTakenAsOneOfQos1(int level) throws Exception {
        version = level;
        RawClient board = client("will").willOfQos2("plantbuddy/rick/01/status");
        assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
    }

    private RawClient in(String board, String password) throws IOException {
        RawClient client = client("a");
        assertThat(client.connect(board, password)).isZero();
        return client;
    }

    private RawClient client(String id) throws IOException {
        RawClient client = new RawClient(broker.port()).version(version).clientId(id);
        clients.add(client);
        return client;
    }
}
