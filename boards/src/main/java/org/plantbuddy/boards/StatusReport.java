package org.plantbuddy.boards;

import java.time.Instant;

/**
 * What a board said of itself, or the broker in its name when the connection broke. Both names have passed their patterns.
 *
 * @param connectionNs the broker's stamp of the connection it was said in or of
 * @param saidNs the broker's stamp of the message, epoch ns; {@link #AT_THE_END} for a will
 * @param at when it was said, for people to read
 */
public record StatusReport(String user, String device, BoardState state, long connectionNs, long saidNs, Instant at) {

    /** After everything else that was said in the connection. */
    public static final long AT_THE_END = Long.MAX_VALUE;
}
