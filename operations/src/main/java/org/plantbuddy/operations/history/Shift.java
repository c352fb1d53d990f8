package org.plantbuddy.operations.history;

/** Whether the readings of a file keep their times. */
public enum Shift {
    /** They do. */
    NONE,
    /** The newest is at now, once: the same file imported again by the same user gives the same points. */
    TO_NOW,
    /** The newest is at now even when the file was imported before; its earlier points stay. */
    TO_NOW_AGAIN
}
