package org.plantbuddy.simulator;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.jspecify.annotations.Nullable;

/** A publish under way: whoever learns its outcome first tells it, once. */
final class Delivery implements MqttActionListener {

    private static final int FIRST_ERROR = 0x80;

    private final Consumer<Published> outcome;
    private final Consumer<Delivery> settled;
    private final AtomicBoolean done = new AtomicBoolean();

    Delivery(Consumer<Published> outcome, Consumer<Delivery> settled) {
        this.outcome = outcome;
        this.settled = settled;
    }

    void settle(Published published) {
        if (done.compareAndSet(false, true)) {
            settled.accept(this);
            outcome.accept(published);
        }
    }

    @Override
    public void onSuccess(IMqttToken token) {
        settle(isRefused(token) ? new Published.Refused(token.getReasonCodes()[0]) : new Published.Acknowledged());
    }

    @Override
    public void onFailure(IMqttToken token, @Nullable Throwable cause) {
        settle(
                isRefused(token)
                        ? new Published.Refused(token.getReasonCodes()[0])
                        : new Published.Unknown(String.valueOf(cause)));
    }

    private static boolean isRefused(IMqttToken token) {
        int @Nullable [] codes = token.getReasonCodes();
        return codes != null && codes.length > 0 && codes[0] >= FIRST_ERROR;
    }
}
