package org.plantbuddy.accounts;

import java.util.Optional;
import org.plantbuddy.reading.Level;

/**
 * Which changes of level are asked for.
 *
 * @param device empty: of all boards
 * @param level to which it changed; empty: to any
 * @param fromNs of the oldest
 * @param toNs of the newest
 */
public record AlertFilter(Optional<String> device, Optional<Level> level, long fromNs, long toNs) {

    public static final AlertFilter ALL = new AlertFilter(Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE);
}
