package org.plantbuddy.accounts;

/**
 * Which rows of a list whose newest come first, and whose rows of one time are in the order of their ids.
 *
 * @param limit so many at most
 * @param time only rows after this place: older ones, in the unit of the list's times
 * @param id and those of this time with a greater id
 */
public record Page(int limit, long time, String id) {

    /** The beginning of the list. */
    public static Page newest(int limit) {
        return new Page(limit, Long.MAX_VALUE, "");
    }
}
