package org.plantbuddy.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;

/** Looks, before a part starts, whether it can listen where it is told to. */
public final class ListenPorts {

    private ListenPorts() {}

    /**
     * Passes when one can listen there.
     *
     * @throws ConfigException with {@link #problem}
     */
    public static void requireFree(Config config, Key bind, Key port, String what) {
        problem(config, bind, port, what).ifPresent(problem -> {
            throw new ConfigException(List.of(problem));
        });
    }

    /**
     * Why nobody can listen there, with the keys and what to do; empty when one can.
     *
     * @param what would listen there, in words
     */
    public static Optional<String> problem(Config config, Key bind, Key port, String what) {
        String address = config.text(bind);
        return problem(address, config.port(port), port, what)
                .map(problem -> isOurs(address)
                        ? problem
                        : bind.variable() + "=" + address + " (" + what
                                + ") is no address of this machine. Set it to one, or to 0.0.0.0 for all.");
    }

    /** The same for what no key gives the address of. */
    public static Optional<String> problem(String address, int number, Key port, String what) {
        if (number == 0) {
            return Optional.empty();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), number));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("port " + number + " on " + address + " (" + what + ") cannot be used: " + e.getMessage()
                    + ". Stop what listens there (ss -ltnp 'sport = :" + number + "' names it), or set "
                    + port.variable() + " to another port.");
        }
    }

    private static boolean isOurs(String address) {
        try {
            InetAddress known = InetAddress.getByName(address);
            return known.isAnyLocalAddress()
                    || known.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(known) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
