package org.plantbuddy.bridge.journal;

import java.util.List;
import org.plantbuddy.reading.Reading;

/**
 * The oldest readings in the journal that have not been handed out, in the order they came.
 *
 * @param upTo the last group in it, for {@link Journal#remove}
 * @param readings may be empty where all groups in it were damaged
 */
public record Batch(long upTo, List<Reading> readings) {

    public Batch {
        readings = List.copyOf(readings);
    }
}
