package org.plantbuddy.accounts;

import java.time.Instant;
import java.util.Optional;
import org.plantbuddy.topic.Names;

/**
 * Alerts that a user does not want to be told of. All names have passed their patterns.
 *
 * @param sensor a sensor, {@code status} for the board's silence, or {@link #ALL} of the board
 * @param until when it ends by itself; empty: when it is taken back
 */
public record Mute(String user, String device, String sensor, Optional<Instant> until) {

    /** In the place of a sensor's name: whatever the board's alerts are about. */
    public static final String ALL = "*";

    public Mute {
        Names.requireUser(user);
        Names.requireDevice(device);
        if (!sensor.equals(ALL) && !sensor.equals(Names.STATUS)) {
            Names.requireSensor(sensor);
        }
    }
}
