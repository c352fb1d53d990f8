package org.plantbuddy.standalone;

/**
 * What {@code doctor} found.
 *
 * @param check what was looked at
 * @param detail what is so
 * @param todo what to do; empty where all is well
 */
record Finding(String check, boolean well, String detail, String todo) {

    static Finding well(String check, String detail) {
        return new Finding(check, true, detail, "");
    }

    static Finding wrong(String check, String detail, String todo) {
        return new Finding(check, false, detail, todo);
    }
}
