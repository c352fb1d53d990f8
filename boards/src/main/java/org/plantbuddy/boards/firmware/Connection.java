package org.plantbuddy.boards.firmware;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.plantbuddy.topic.Names;

/**
 * Where a board finds its broker, and what it signs in with.
 *
 * @param host the broker as the board reaches it
 * @param port its MQTT port
 * @param authority where the port speaks TLS: who signed the broker's certificate, as PEM; blank: somebody everybody knows
 * @param password the board's token; in no message
 */
public record Connection(
        String host, int port, Optional<String> authority, String user, String device, String password) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,256}");

    /**
     * What can be put into a program for a board.
     *
     * @throws IllegalArgumentException when a value cannot be what it should be
     */
    public Connection {
        if (!isHost(host)) {
            throw new IllegalArgumentException("a board finds its broker by a name or an address, not '"
                    + host.replaceAll("[^\\x20-\\x7e]", "?") + "'");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is in 1..65535, not " + port);
        }
        if (!PRINTABLE.matcher(password).matches()) {
            throw new IllegalArgumentException("the board's password holds characters a program cannot");
        }
        Names.requireUser(user);
        Names.requireDevice(device);
    }

    /** Whether a board can be told so where its broker is. */
    public static boolean isHost(String host) {
        return HOST.matcher(host).matches();
    }

    public String username() {
        return user + "/" + device;
    }

    /** Below it are the board's sensors. */
    public String topic() {
        return "plantbuddy/" + username();
    }

    /** All of it in one line, as programs that scan a picture take it. */
    public String url() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (authority.isPresent() ? "mqtts://" : "mqtt://") + encoded(username()) + ":" + encoded(password) + "@"
                + name + ":" + port + "/" + topic();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "Connection[" + username() + " at " + host + ":" + port + ", password=***]";
    }
}
