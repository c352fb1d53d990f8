package org.plantbuddy.accounts;

import java.time.Instant;
import org.plantbuddy.boards.BoardState;

/**
 * What is known of a board.
 *
 * @param since when its connection first said so
 * @param lastKnown when it last said so
 */
public record BoardStatus(BoardState state, Instant since, Instant lastKnown) {}
