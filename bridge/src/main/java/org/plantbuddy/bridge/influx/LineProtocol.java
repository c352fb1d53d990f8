package org.plantbuddy.bridge.influx;

import java.util.List;
import org.plantbuddy.bridge.journal.Reading;

/**
 * Points as text. Names have passed patterns that leave nothing to escape; the value always looks like a float, so that a
 * board that sends 36 and one that sends 21.5 do not conflict.
 */
final class LineProtocol {

    private LineProtocol() {}

    static List<String> of(List<Reading> readings) {
        return readings.stream().map(LineProtocol::of).toList();
    }

    private static String of(Reading reading) {
        return reading.series().sensor() + ",device_id=" + reading.series().device() + ",user="
                + reading.series().user() + " reading=" + reading.value() + " " + reading.timeNs();
    }
}
