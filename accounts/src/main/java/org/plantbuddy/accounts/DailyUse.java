package org.plantbuddy.accounts;

/**
 * How many readings of a user a day holds, and for how long they are kept.
 *
 * @param readings stored so far, as far as bridges have said
 * @param most how many may be; 0: no limit
 * @param keepMs how long raw readings are kept; 0: as long as everybody's
 */
public record DailyUse(long readings, long most, long keepMs) {

    /** Of a user whose readings are kept as long as everybody's. */
    public DailyUse(long readings, long most) {
        this(readings, most, 0);
    }

    /** How many more may be stored now. */
    public long left() {
        return most == 0 ? Long.MAX_VALUE : Math.max(0, most - readings);
    }
}
