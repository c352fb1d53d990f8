package org.plantbuddy.accounts;

import java.util.OptionalDouble;
import org.plantbuddy.reading.Level;

/**
 * A change of level of one series.
 *
 * @param id hash of series, level and status time: one for each change, however often it is told
 * @param sensor the sensor, or {@code status} for a board that fell silent or came back
 * @param reading the value judged; empty for a silent board
 * @param threshold what it was judged against, for people to read
 * @param timeNs of the reading, epoch ns
 * @param statusTimeNs of the change, epoch ns
 */
public record Alert(
        String id,
        String user,
        String device,
        String sensor,
        Level level,
        Level previousLevel,
        OptionalDouble reading,
        String threshold,
        String message,
        long timeNs,
        long statusTimeNs) {

    /** Characters of what it was judged against, and of what is said of it. */
    public static final int MAX_THRESHOLD = 64;

    public static final int MAX_MESSAGE = 1_024;
}
