package org.plantbuddy.bridge.alert;

import org.plantbuddy.reading.Level;
import org.plantbuddy.text.Sha256;

/** The id of a change of level: the same however often, and by whichever bridge, it is told. */
final class AlertId {

    /** 128 bits: short enough to read out, long enough never to meet another. */
    private static final int HEX_DIGITS = 32;

    private AlertId() {}

    static String of(String user, String device, String sensor, Level level, long statusTimeNs) {
        // No name can hold a slash, so no two changes make the same text.
        String change = String.join("/", user, device, sensor, level.text(), Long.toString(statusTimeNs));
        return Sha256.hex(change).substring(0, HEX_DIGITS);
    }
}
