package org.plantbuddy.accounts;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to a server on this machine that can be cut, or go dead while it looks connected. */
final class Wire implements Closeable {

    private final int server;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile ServerSocket listener;
    private final Object gate = new Object();
    private boolean dead;

    Wire(int server) throws IOException {
        this.server = server;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = listener.getLocalPort();
        run(this::accept);
    }

    int port() {
        return port;
    }

    /** From now on nobody is let in, and who was in is out. */
    void refuse() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    void restore() throws IOException {
        ServerSocket again = new ServerSocket();
        again.setReuseAddress(true);
        again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener = again;
        run(this::accept);
    }

    /** Accepts and takes bytes, and passes none on. */
    void hang() {
        synchronized (gate) {
            dead = true;
        }
    }

    void goOn() {
        synchronized (gate) {
            dead = false;
            gate.notifyAll();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket onward = new Socket(InetAddress.getLoopbackAddress(), server);
            sockets.add(client);
            sockets.add(onward);
            run(() -> pump(client, onward));
            run(() -> pump(onward, client));
        }
    }

    private void pump(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[8_192];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitLife();
                out.write(buffer, 0, n);
            }
        }
    }

    private void awaitLife() throws IOException {
        synchronized (gate) {
            try {
                while (dead) {
                    gate.wait();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // That is what the wire is for.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        goOn();
        refuse();
    }
}
