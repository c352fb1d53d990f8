package org.plantbuddy.broker;

import java.util.Locale;

/** The kinds of denials, each counted on its own. */
enum Denial {
    ANONYMOUS,
    NOT_A_NAME,
    CLIENT_ID,
    WRONG_CREDENTIALS,
    TOO_MANY_TRIES,
    FOREIGN_WILL,
    TOO_MANY_SOCKETS,
    CONNECT_TOO_SLOW,
    CONNECT_TOO_LARGE,
    TOO_MANY_CONNECTIONS,
    TOO_MANY_SESSIONS,
    SIGN_IN_BUSY,
    SIGN_IN_FAILED,
    FOREIGN_PUBLISH,
    /** A habit of firmware: acknowledged, and passed on to nobody. */
    IGNORED,
    RETAINED,
    STATUS_TOO_LONG,
    FOREIGN_SUBSCRIPTION,
    SHARED_SUBSCRIPTION,
    TOO_MANY_SUBSCRIPTIONS,
    TOO_OFTEN,
    NO_BRIDGE,
    QUEUE_FULL,
    DISK_FULL,
    QUOTA;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
