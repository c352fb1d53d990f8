package org.plantbuddy.mqtt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What was delivered on one connection and is not acknowledged yet, in the order in which it came. Thread-safe. */
public final class InFlight {

    /** Sends acknowledgements. */
    public interface Acknowledger {

        /** So many acknowledgements follow at once. */
        void gather(int acknowledgements);

        /** Has the broker forget a message. */
        void acknowledge(int packetId, int qos);
    }

    /** Acknowledgements in one packet of TCP: few enough that the broker sends on while the rest follow. */
    private static final int TOGETHER = 16;

    private final Acknowledger acknowledger;
    private final Object sending = new Object();
    private final Deque<Delivery> open = new ArrayDeque<>();
    private volatile boolean ended;

    public InFlight(Acknowledger acknowledger) {
        this.acknowledger = acknowledger;
    }

    /** Takes the next message. */
    public synchronized <T extends Delivery> T add(T delivery) {
        open.add(delivery);
        return delivery;
    }

    /** Acknowledges what is accepted, as far as all in front of it is; returns how many. */
    int acknowledge() {
        synchronized (sending) { // not what the next messages wait for
            List<Delivery> now = accepted();
            for (int from = 0; from < now.size(); from += TOGETHER) {
                List<Delivery> some = now.subList(from, Math.min(now.size(), from + TOGETHER));
                acknowledger.gather(
                        (int) some.stream().filter(delivery -> delivery.qos > 0).count());
                for (Delivery delivery : some) {
                    if (delivery.qos > 0) {
                        acknowledger.acknowledge(delivery.packetId, delivery.qos);
                    }
                }
            }
            return now.size();
        }
    }

    private synchronized List<Delivery> accepted() {
        List<Delivery> now = new ArrayList<>();
        while (!ended && !open.isEmpty() && open.element().isAccepted()) {
            now.add(open.remove());
        }
        return now;
    }

    /** The connection is over: the broker delivers what is left again, and takes no acknowledgement of it. */
    public void end() {
        ended = true;
    }

    /** Whether the connection is over. */
    public boolean hasEnded() {
        return ended;
    }

    /** How many messages there are. */
    public synchronized int size() {
        return ended ? 0 : open.size();
    }
}
