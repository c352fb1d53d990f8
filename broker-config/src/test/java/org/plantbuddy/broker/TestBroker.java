package org.plantbuddy.broker;

import java.nio.file.Path;

/** The broker in this process. */
final class TestBroker extends Site {

    private EmbeddedBroker broker;

    TestBroker(Path data) {
        super(data);
        broker = EmbeddedBroker.start(config);
    }

    @Override
    int port() {
        return broker.mqttPort();
    }

    EmbeddedBroker broker() {
        return broker;
    }

    void restart() {
        broker.close();
        broker = EmbeddedBroker.start(config);
    }

    long denied(Denial denial) {
        return broker.denials().getOrDefault(denial.label(), 0L);
    }

    @Override
    public void close() {
        broker.close();
        accounts.close();
    }
}
