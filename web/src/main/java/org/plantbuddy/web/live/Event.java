package org.plantbuddy.web.live;

/**
 * Something that happened, for one user.
 *
 * @param name of the event, one word
 * @param data one line of JSON
 */
record Event(String name, String data) {

    /** Without an id: it is not repeated to who comes back. */
    String frame() {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    String frame(String id) {
        return "id: " + id + "\n" + frame();
    }
}
