package org.plantbuddy.simulator;

import org.plantbuddy.topic.Names;

/**
 * What a board signs in with, as {@code plantbuddy device add} prints it. The token never shows in {@link #toString}.
 *
 * @param user owner of the board
 * @param device name of the board
 * @param token its MQTT password
 */
public record Credentials(String user, String device, String token) {

    public Credentials {
        Names.requireUser(user);
        Names.requireDevice(device);
        if (token.isEmpty()) {
            throw new IllegalArgumentException("the password of " + user + "/" + device + " is empty");
        }
    }

    /**
     * The credentials of the board that a username names.
     *
     * @param username {@code <user>/<device>}
     * @throws IllegalArgumentException when it is not of that form, or a name breaks its pattern
     */
    public static Credentials of(String username, String token) {
        String[] parts = username.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("a board's username is <user>/<device>, such as rick/01");
        }
        return new Credentials(parts[0], parts[1], token);
    }

    /** The MQTT username. */
    public String username() {
        return user + "/" + device;
    }

    @Override
    public String toString() {
        return username();
    }
}
