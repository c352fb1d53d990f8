package org.plantbuddy.bench;

import java.io.IOException;

/**
 * What waits in the broker's queue for a contender: readings to get warm on, a mark, the readings that are measured, a
 * mark. A round has a user of its own, so that what it stored can be counted.
 *
 * @param warm readings before the first mark
 * @param measured readings between the marks
 * @param boards take turns
 */
record Load(String user, int warm, int measured, int boards) {

    static final String MARK = "/mark";

    void fill(Mqtt publisher) throws IOException, InterruptedException {
        send(publisher, 0, warm);
        publisher.publish(mark("a"), "1");
        send(publisher, warm, warm + measured);
        publisher.publish(mark("b"), "1");
        publisher.awaitAcknowledged();
    }

    private void send(Mqtt publisher, int from, int to) throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            publisher.publish("plantbuddy/" + user + "/b" + i % boards + "/light", (i % 1_000) / 10 + "." + i % 10);
        }
    }

    String mark(String device) {
        return "plantbuddy/" + user + "/" + device + MARK;
    }

    int total() {
        return warm + measured;
    }
}
