package org.plantbuddy.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Between the bridge and its broker: passes bytes on, and says things that no broker says. */
final class BrokerProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final int broker;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;

    BrokerProxy(int broker) throws IOException {
        this.broker = broker;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Takes new connections, or ends each at once. */
    void open(boolean now) {
        open = now;
    }

    /** Says so much to the client that has connected last. Nothing else must be on its way. */
    void inject(byte[] bytes) throws IOException {
        pairs.get(pairs.size() - 1).client.getOutputStream().write(bytes);
    }

    private record Pair(Socket client, Socket server) {

        void end() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket client = listening.accept();
            if (open) {
                Pair pair = new Pair(client, new Socket(InetAddress.getLoopbackAddress(), broker));
                pairs.add(pair);
                run(() -> pass(client, pair.server, pair));
                run(() -> pass(pair.server, client, pair));
            } else {
                client.close();
            }
        }
    }

    private void pass(Socket from, Socket to, Pair pair) throws IOException {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } finally {
            pairs.remove(pair);
            pair.end();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // one of the two has ended the connection, or the test is over
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        pairs.forEach(Pair::end);
    }
}
