package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;

/** The real influxd. */
final class InfluxServer implements Server {

    private final Path data;
    private final int port;
    private final String[] options;
    private @Nullable InfluxdProcess process;

    InfluxServer(Path data, int port, String... options) {
        this.data = data;
        this.port = port;
        this.options = options;
    }

    @Override
    public String name() {
        return "influxd";
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Answers when this returns. */
    @Override
    public void start() throws IOException {
        process = InfluxdProcess.start(InfluxdBinary.locate(), data, port, options);
    }

    @Override
    public boolean isReady() {
        return process != null && process.isAlive();
    }

    @Override
    public long pid() {
        return running().pid();
    }

    private InfluxdProcess running() {
        if (process == null) {
            throw new IllegalStateException("influxd does not run");
        }
        return process;
    }

    @Override
    public void reap() {
        running().kill(); // gone already: this frees its folder
    }

    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
    }
}
