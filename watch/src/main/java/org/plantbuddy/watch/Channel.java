package org.plantbuddy.watch;

import java.io.IOException;

/** A way to the operator. */
interface Channel {

    /** In logs and figures. */
    String name();

    /**
     * Passes when the other side has taken the message, and takes less than a minute.
     *
     * @throws IOException when it has not; the message holds no secret
     */
    void send(Message message) throws IOException, InterruptedException;
}
