package org.plantbuddy.flux.threshold;

import org.plantbuddy.topic.Names;

/**
 * What a threshold is for. All names have passed their patterns.
 *
 * @param user whose boards
 * @param device one board, or {@link #ALL_BOARDS} of the user; what is set for one board wins
 * @param sensor what is measured; {@link Names#STATUS} for the board itself, which may fall silent
 */
public record Scope(String user, String device, String sensor) {

    /** In the place of a board's name: all of the user's boards. */
    public static final String ALL_BOARDS = "*";

    public Scope {
        Names.requireUser(user);
        if (!device.equals(ALL_BOARDS)) {
            Names.requireDevice(device);
        }
        if (!sensor.equals(Names.STATUS)) {
            Names.requireSensor(sensor);
        }
    }

    public boolean isAllBoards() {
        return device.equals(ALL_BOARDS);
    }

    /** Whether it is about silence, not about readings. */
    public boolean isStatus() {
        return sensor.equals(Names.STATUS);
    }

    /** For people: {@code soil_moisture of board 01 of rick}. */
    @Override
    public String toString() {
        return sensor + " of " + (isAllBoards() ? "all boards" : "board " + device) + " of " + user;
    }
}
