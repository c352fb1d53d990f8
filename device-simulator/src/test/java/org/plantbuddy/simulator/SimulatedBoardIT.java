package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.testing.MosquittoBroker;

class SimulatedBoardIT {

    private static final Credentials BOARD = new Credentials("rick", "01", "secret");
    private static final String STATUS = "plantbuddy/rick/01/status";
    private static final Duration INTERVAL = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private MosquittoBroker broker;
    private Subscriber subscriber;

    @BeforeEach
    void startBroker() throws IOException, InterruptedException {
        broker = MosquittoBroker.start(folder, "rick/01", "rick/02");
        subscriber = new Subscriber(broker, folder);
    }

    @AfterEach
    void stopBroker() {
        subscriber.close();
        broker.close();
    }

    @Test
    void readingsOfAllSensorsArriveAndSoilDriesPast35() {
        try (SimulatedBoard board = board(Duration.ofSeconds(3)).start()) {
            await().untilAsserted(() -> assertThat(subscriber.lines())
                    .contains(STATUS + " online")
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/light \\d+"))
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/humidity \\d+"))
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/soil_temp \\d+\\.\\d"))
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/air_temp \\d+\\.\\d"))
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/soil_moisture [4-9]\\d"))
                    .anyMatch(line -> line.matches("plantbuddy/rick/01/soil_moisture ([12]\\d|3[0-5])")));
            assertThat(board.acknowledged()).isGreaterThan(10);
        }
        await().untilAsserted(() -> assertThat(subscriber.lines()).last().isEqualTo(STATUS + " offline"));
    }

    @Test
    void boardThatStartsBeforeTheBrokerOrOutlivesItComesBack() throws IOException {
        broker.close();
        try (SimulatedBoard board = board(Duration.ofMinutes(1)).start()) {
            broker.stop();
            broker.startAgain();
            await().until(() -> board.acknowledged() > 5);
            broker.stop();
            broker.startAgain();
            long before = board.acknowledged();
            await().until(() -> board.acknowledged() > before + 10);
        }
    }

    @Test
    void willSaysOfflineWhenTheBoardLosesPower() throws Exception {
        ServerSocket radio = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BrokerAddress address = new BrokerAddress("127.0.0.1", radio.getLocalPort());
        try (SimulatedBoard board = board(address, Duration.ofMinutes(1)).start()) {
            try (Socket near = radio.accept();
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
                radio.close();
                relay(near, far);
                relay(far, near);
                await().untilAsserted(() -> assertThat(subscriber.lines()).contains(STATUS + " online"));
                await().until(() -> board.acknowledged() > 0);
            }
            await().untilAsserted(() -> assertThat(subscriber.lines()).contains(STATUS + " offline"));
        }
    }

    private static void relay(Socket from, Socket to) {
        Thread thread = new Thread(() -> {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // one of them was closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private SimulatedBoard board(Duration driesWithin) {
        return board(new BrokerAddress("127.0.0.1", broker.port()), driesWithin);
    }

    private static SimulatedBoard board(BrokerAddress address, Duration driesWithin) {
        return SimulatedBoard.drying(address, BOARD, driesWithin, INTERVAL, Clock.systemUTC());
    }
}
