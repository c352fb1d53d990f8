package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.arrival.PublishInterceptor;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** All that the broker has to read, hold or write counts against the quota, and not the payload alone. */
class WholePacketIT {

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int SERVER_BUSY = 0x89;
    private static final int QUOTA_EXCEEDED = 0x97;

    private static final UserProperty[] LARGE = IntStream.range(0, 4)
            .mapToObj(i -> new UserProperty("name", "v".repeat(62_000)))
            .toArray(UserProperty[]::new);

    /** A CONNECT may have 8 KiB. */
    private static final UserProperty LARGE_FOR_CONNECT = new UserProperty("name", "v".repeat(7_500));

    private static TestBroker broker;
    private static Paho bridge;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        broker = new TestBroker(data, Map.of(Key.QUOTA_BOARD, "100", Key.QUOTA_USER, "0"));
        bridge = broker.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
        broker.close();
    }

    @Test
    void propertiesCountAndAnotherBoardDoesNotNotice() throws Exception {
        try (Paho board = board("properties").connect();
                Paho anna =
                        Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect()) {
            assertThat(board.publish("plantbuddy/rick/properties/light", "1", LARGE))
                    .isZero();
            assertThat(board.publish("plantbuddy/rick/properties/light", "2", LARGE))
                    .isEqualTo(QUOTA_EXCEEDED);
            assertThat(anna.publish("plantbuddy/anna/01/light", "36")).isZero();
        }
        assertThat(broker.denied(Denial.QUOTA)).isPositive();
    }

    /** Each message is written to every session. */
    @Test
    void whatManySessionsReceiveCountsMoreThanOnce() throws Exception {
        broker.accounts.users().add("morty", Site.PASSWORD);
        String token = broker.accounts.appTokens().create("morty", "apps");
        String twoSeconds = "1".repeat(200 * 64);
        List<Paho> apps = new ArrayList<>();
        try (Paho board = board("morty", "01").connect()) {
            for (int i = 0; i < 16; i++) {
                Paho app = Paho.to(broker.uri()).as("morty", token).clientId("app-" + i);
                apps.add(app);
                assertThat(app.connect().subscribe(Topics.allOf("morty"))).isEqualTo(1);
            }
            assertThat(board.publish("plantbuddy/morty/01/light", twoSeconds)).isZero();
            assertThat(board.publish("plantbuddy/morty/01/light", "2")).isEqualTo(QUOTA_EXCEEDED);
        } finally {
            for (Paho app : apps) {
                app.close();
            }
        }
    }

    /** Reading what is refused is work too: a flood of it must not be read as fast as it comes. */
    @Test
    void whatIsRefusedCountsAlikeAndNothingMoreIsReadForAWhile() throws Exception {
        try (Paho board = board("refused").connect()) {
            assertThat(board.publish("plantbuddy/anna/01/light", "1", LARGE)).isEqualTo(NOT_AUTHORIZED);
            assertThat(board.publish("plantbuddy/anna/01/light", "2", LARGE)).isEqualTo(QUOTA_EXCEEDED);
            long refused = System.nanoTime();
            assertThat(board.publish("plantbuddy/anna/01/light", "3", LARGE)).isEqualTo(QUOTA_EXCEEDED);
            assertThat(System.nanoTime() - refused)
                    .isGreaterThan(
                            PublishInterceptor.HELD_AT_MOST.minusSeconds(1).toNanos());
        }
    }

    @Test
    void whatWebPublishesIsTheBoards() throws Exception {
        try (Paho web = Paho.to(broker.uri()).as("$web", broker.web).connect();
                Paho board = board("http").connect()) {
            assertThat(web.publish("plantbuddy/rick/http/light", "1", LARGE)).isZero();
            assertThat(board.publish("plantbuddy/rick/http/light", "2")).isEqualTo(QUOTA_EXCEEDED);
            assertThat(web.publish("plantbuddy/anna/01/light", "3")).isZero();
        }
    }

    @Test
    void aWillCountsWhenItsBoardConnects() throws Exception {
        String token = broker.accounts.devices().add("rick", "will").password();
        assertThat(withLargeWill(token).connectCode()).isZero();
        List<Integer> next = new ArrayList<>();
        while (next.size() < 10 && !next.contains(SERVER_BUSY)) { // each owes a second, and three may be owed
            next.add(withLargeWill(token).connectCode());
        }
        assertThat(next).contains(SERVER_BUSY);
    }

    private static Paho withLargeWill(String token) {
        return Paho.to(broker.uri())
                .as("rick/will", token)
                .will("plantbuddy/rick/will/status", "offline", true)
                .willProperties(LARGE_FOR_CONNECT);
    }

    private static Paho board(String device) {
        return board("rick", device);
    }

    private static Paho board(String user, String device) {
        DeviceCredentials board = broker.accounts.devices().add(user, device);
        return Paho.to(broker.uri()).as(board.username(), board.password()).clientId(device);
    }
}
