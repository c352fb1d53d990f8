package org.plantbuddy.standalone;

import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Option;

/** Which board and sensor a threshold is for, as options. */
final class ThresholdScope {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = Scope.ALL_BOARDS,
            description = "the board; '*', or without it: all boards of the user")
    private String device = Scope.ALL_BOARDS;

    @Option(
            names = "--sensor",
            paramLabel = "SENSOR",
            defaultValue = "",
            description = "the sensor, e.g. soil_moisture; status is the board itself")
    private String sensor = "";

    /** @param silence whether no sensor need be named, since it is about silence */
    Scope of(String user, boolean silence) {
        if (sensor.isEmpty() && !silence) {
            throw new UsageException(
                    "which sensor? Give --sensor, e.g. --sensor soil_moisture (status: silent boards)");
        }
        return new Scope(user, device, sensor.isEmpty() ? Names.STATUS : sensor);
    }
}
