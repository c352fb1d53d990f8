package org.plantbuddy.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HabitsTest {

    private static final Principal RICK = new Principal.Person("rick");
    private static final Principal BOARD = new Principal.Board("rick", "01");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "homeassistant/status",
                "homeassistant/sensor/pot/soil/config",
                "homeassistant",
                "esphome/discover/pot",
                "esphome/discover",
                "tasmota/discovery/A4CF126B0E91/config",
                "tele/tasmota_6B0E91/LWT",
                "tele/tasmota_6B0E91/INFO3",
                "stat/tasmota_6B0E91/LOGGING",
                "cmnd/tasmota_6B0E91/POWER",
                "pot/status",
                "pot/debug",
            })
    void ofFirmwareAndHomeAssistantWhoeverSendsIt(String topic) {
        assertThat(Habits.ignored(BOARD, topic)).map(Verdict.Denied::denial).contains(Denial.IGNORED);
        assertThat(Habits.ignored(RICK, topic)).isPresent();
        for (Principal.Service service : Principal.Service.values()) {
            assertThat(Habits.ignored(service, topic)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LWT", "tele/LWT", "INFO1", "STATE", "cmnd/POWER", "stat/LOGGING", "debug"})
    void ofABoardBelowItsOwnTopicAndNobodyElses(String topic) {
        assertThat(Habits.ignored(BOARD, "plantbuddy/rick/01/" + topic)).isPresent();
        for (String foreign : new String[] {"plantbuddy/rick/02/", "plantbuddy/rick/01/x/", "plantbuddy/anna/01/"}) {
            assertThat(Habits.ignored(BOARD, foreign + topic)).isEmpty();
        }
        assertThat(Habits.ignored(RICK, "plantbuddy/rick/01/" + topic)).isEmpty();
    }

    /** What is a reading, or may be, is never ignored. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plantbuddy/rick/01/status",
                "plantbuddy/rick/01/soil_moisture",
                "plantbuddy/rick/01/SENSOR",
                "plantbuddy/rick/01/tele/SENSOR",
                "plantbuddy/rick/01/sensor/soil/state",
                "plantbuddy/rick/01/LWT/",
                "plantbuddy/status",
                "plantbuddy/debug",
                "tele/tasmota_6B0E91/SENSOR",
                "tele/tasmota_6B0E91/LWT/x",
                "pot/sensor/soil/state",
                "homeassistants/status/x",
                "home/homeassistant/status",
                "esphome/other",
                "tasmota/other",
                "$SYS/status",
                "/status",
                "status",
                "debug",
                "",
            })
    void everythingElseIsNone(String topic) {
        assertThat(Habits.ignored(BOARD, topic)).isEmpty();
        assertThat(Habits.ignored(RICK, topic)).isEmpty();
    }
}
