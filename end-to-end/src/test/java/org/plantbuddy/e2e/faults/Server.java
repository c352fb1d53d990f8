package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A part of the system as a process of its own, on the same port and data however often it is started. */
interface Server extends AutoCloseable {

    String name();

    /** Returns when the process runs; it may not answer yet. */
    void start() throws IOException;

    /** Whether it does what it is there for. */
    boolean isReady();

    long pid();

    /** Returns when the process, which has been killed, is gone. */
    void reap() throws InterruptedException;

    /** Ends it politely; does nothing where it does not run. */
    @Override
    void close();

    default void awaitReady() {
        Awaitility.await(name() + " ready")
                .atMost(Patience.START)
                .pollInterval(Patience.LOOK)
                .until(this::isReady);
    }

    /** SIGKILL to all of them with one call. */
    static void kill(List<? extends Server> servers) throws IOException, InterruptedException {
        signal("KILL", servers);
        for (Server server : servers) {
            server.reap();
        }
    }

    /** SIGSTOP: it neither answers nor closes its connections. */
    static void freeze(Server server) throws IOException, InterruptedException {
        signal("STOP", List.of(server));
    }

    static void thaw(Server server) throws IOException, InterruptedException {
        signal("CONT", List.of(server));
    }

    private static void signal(String name, List<? extends Server> servers) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        servers.forEach(server -> command.add(Long.toString(server.pid())));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(command + " failed");
        }
    }
}
