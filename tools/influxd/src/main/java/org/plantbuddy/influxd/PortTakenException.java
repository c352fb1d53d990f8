package org.plantbuddy.influxd;

import java.io.IOException;

/** The port InfluxDB was to listen on belongs to someone else. */
public final class PortTakenException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int port;

    PortTakenException(int port) {
        super("port " + port + " on 127.0.0.1, where InfluxDB should listen, is in use: stop what listens there"
                + " (ss -ltnp 'sport = :" + port + "' names it) or give InfluxDB another port");
        this.port = port;
    }

    public int port() {
        return port;
    }
}
