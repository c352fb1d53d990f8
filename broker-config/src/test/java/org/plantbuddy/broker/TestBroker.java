package org.plantbuddy.broker;

import java.nio.file.Path;
import java.util.Map;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The broker in this process. */
final class TestBroker extends Site {

    private Config own;
    private EmbeddedBroker broker;

    TestBroker(Path data) {
        this(data, Map.of());
    }

    TestBroker(Path data, Map<Key, String> more) {
        super(data);
        own = config.with(more);
        broker = EmbeddedBroker.start(own);
    }

    @Override
    int port() {
        return broker.mqttPort();
    }

    EmbeddedBroker broker() {
        return broker;
    }

    void restart() {
        restart(Map.of());
    }

    void restart(Map<Key, String> otherwise) {
        broker.close();
        own = own.with(otherwise);
        broker = EmbeddedBroker.start(own);
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
