package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedBoardIT {

    private static final Credentials BOARD = new Credentials("rick", "01", "secret");
    private static final String STATUS = "plantbuddy/rick/01/status";
    private static final Duration INTERVAL = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private Mosquitto broker;
    private Mosquitto.Subscriber subscriber;

    @BeforeEach
    void startBroker() throws IOException, InterruptedException {
        broker = Mosquitto.start(folder);
        subscriber = broker.subscribe();
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
            broker.restart();
            await().until(() -> board.acknowledged() > 5);
            broker.restart();
            long before = board.acknowledged();
            await().until(() -> board.acknowledged() > before + 10);
        }
    }

    @Test
    void willSaysOfflineWhenTheBoardLosesPower() throws MqttException {
        BoardConnection connection = BoardConnection.open(broker.address(), BOARD, () -> {});
        await().untilAsserted(() -> assertThat(subscriber.lines()).contains(STATUS + " online"));
        connection.cut();
        await().untilAsserted(() -> assertThat(subscriber.lines()).contains(STATUS + " offline"));
    }

    private SimulatedBoard board(Duration driesWithin) {
        return SimulatedBoard.drying(broker.address(), BOARD, driesWithin, INTERVAL, Clock.systemUTC());
    }
}
