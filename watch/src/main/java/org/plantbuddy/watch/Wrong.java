package org.plantbuddy.watch;

/**
 * A part that does not work now.
 *
 * @param reason why
 * @param since from when on, in ms since the epoch; 0: since it is seen
 */
record Wrong(String reason, long since) {}
