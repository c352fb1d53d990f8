package org.plantbuddy.flux.threshold;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.plantbuddy.reading.Level;

/**
 * What a threshold would have told, had it been set when the time looked at began and every series been well until then.
 *
 * @param window how far back was looked
 * @param boards those with readings, by name
 * @param ownThreshold boards that it would not have been for, since they have a threshold of their own; by name
 */
public record Preview(Duration window, List<Board> boards, List<String> ownThreshold) {

    public Preview {
        boards = List.copyOf(boards);
        ownThreshold = List.copyOf(ownThreshold);
    }

    /** How often it would have fired: changes to {@code warn} or {@code crit}, over all boards. */
    public int fired() {
        return boards.stream().mapToInt(Board::fired).sum();
    }

    /**
     * What it would have told of one board.
     *
     * @param fired changes to {@code warn} or {@code crit}
     * @param recovered changes to {@code ok}
     * @param first the first few of all the changes
     * @param now the level at the end
     */
    public record Board(String device, int fired, int recovered, List<Change> first, Level now) {

        public Board {
            first = List.copyOf(first);
        }
    }

    /**
     * A change of level.
     *
     * @param time of the run of the task that would have told
     * @param value the reading; of a silent board, for how many seconds it had been silent
     */
    public record Change(Instant time, Level level, double value) {}
}
