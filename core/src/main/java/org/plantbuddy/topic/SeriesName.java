package org.plantbuddy.topic;

import java.util.Optional;

/**
 * Whose reading it is: one sensor of one board of one user. All three names have passed their patterns.
 *
 * @param user owner of the board
 * @param device the board, tag {@code device_id} in InfluxDB
 * @param sensor what is measured, the measurement in InfluxDB
 */
public record SeriesName(String user, String device, String sensor) {

    public SeriesName {
        Names.requireUser(user);
        Names.requireDevice(device);
        Names.requireSensor(sensor);
    }

    /** The topic on which the board publishes this series. */
    public String topic() {
        return Topics.ROOT + "/" + user + "/" + device + "/" + sensor;
    }

    /** The series a reading's topic names; empty when the topic is not one a reading can come on. */
    public static Optional<SeriesName> ofTopic(String topic) {
        String[] levels = topic.split("/", -1);
        boolean reading = levels.length == 4
                && levels[0].equals(Topics.ROOT)
                && Names.isUser(levels[1])
                && Names.isDevice(levels[2])
                && Names.isSensor(levels[3]);
        return reading ? Optional.of(new SeriesName(levels[1], levels[2], levels[3])) : Optional.empty();
    }
}
