package org.plantbuddy.accounts;

/**
 * How many readings of a user a day holds.
 *
 * @param readings stored so far, as far as bridges have said
 * @param most how many may be; 0: no limit
 */
public record DailyUse(long readings, long most) {

    /** How many more may be stored now. */
    public long left() {
        return most == 0 ? Long.MAX_VALUE : Math.max(0, most - readings);
    }
}
