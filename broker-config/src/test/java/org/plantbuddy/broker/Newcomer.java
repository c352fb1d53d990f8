package org.plantbuddy.broker;

import java.util.List;
import java.util.stream.Stream;

/**
 * What others' software sends first when it has connected, as its source has it.
 *
 * @param will the topic of its will
 * @param topics of its first messages, all of which may be retained
 */
record Newcomer(String name, String username, String will, List<String> topics) {

    private static final String BOARD = "rick/01";
    private static final String OWN = "plantbuddy/rick/01/";
    private static final String READING = OWN + "soil_moisture";

    static Stream<Newcomer> all() {
        return Stream.of(
                new Newcomer("homeassistant", "rick", "homeassistant/status", List.of("homeassistant/status")),
                new Newcomer(
                        "esphome",
                        BOARD,
                        OWN + "status",
                        List.of(
                                OWN + "debug",
                                "homeassistant/sensor/pot/soil/config",
                                "esphome/discover/pot",
                                OWN + "status",
                                READING)),
                new Newcomer(
                        "esphome with the prefix it comes with",
                        BOARD,
                        "pot/status",
                        List.of("pot/debug", "homeassistant/sensor/pot/soil/config", "pot/status", READING)),
                new Newcomer(
                        "tasmota",
                        BOARD,
                        "tele/tasmota_6B0E91/LWT",
                        List.of(
                                "tele/tasmota_6B0E91/LWT",
                                "cmnd/tasmota_6B0E91/POWER",
                                "tele/tasmota_6B0E91/INFO1",
                                "tele/tasmota_6B0E91/INFO2",
                                "tele/tasmota_6B0E91/INFO3",
                                "stat/tasmota_6B0E91/RESULT",
                                "tasmota/discovery/A4CF126B0E91/config",
                                "tasmota/discovery/A4CF126B0E91/sensors",
                                "stat/tasmota_6B0E91/LOGGING",
                                "tele/tasmota_6B0E91/STATE",
                                READING)),
                new Newcomer(
                        "tasmota with the board's topic",
                        BOARD,
                        OWN + "LWT",
                        List.of(OWN + "LWT", OWN + "cmnd/POWER", OWN + "INFO1", OWN + "STATE", READING)));
    }

    /** Whether a message on this topic goes on. */
    static boolean isPassedOn(String topic) {
        return topic.equals(OWN + "status") || topic.equals(READING);
    }

    @Override
    public String toString() {
        return name;
    }
}
