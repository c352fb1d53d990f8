package org.plantbuddy.broker.access;

import java.util.Locale;

/** The kinds of denials, each counted on its own. */
public enum Denial {
    ANONYMOUS(Told.NOBODY),
    NOT_A_NAME(Told.NOBODY),
    CLIENT_ID(Told.OF_NAME),
    WRONG_CREDENTIALS(Told.OF_NAME),
    WRONG_CERTIFICATE(Told.OF_NAME),
    TOO_MANY_TRIES(Told.OF_NAME),
    FOREIGN_WILL,
    TOO_MANY_SOCKETS(Told.NOBODY),
    CONNECT_TOO_SLOW(Told.NOBODY),
    CONNECT_TOO_LARGE(Told.NOBODY),
    TOO_MANY_CONNECTIONS,
    TOO_MANY_SESSIONS,
    TAKEN_OVER,
    SIGN_IN_BUSY(Told.OF_NAME),
    SIGN_IN_FAILED(Told.OF_NAME),
    WRONG_DEPTH,
    FOREIGN_PUBLISH,
    /** A habit of firmware: acknowledged, and passed on to nobody. */
    IGNORED(Told.SHOWN),
    RETAINED,
    STATUS_TOO_LONG,
    /** HiveMQ itself refuses it. */
    QOS_2,
    /** HiveMQ itself refuses it: it is against the protocol, or larger than any packet. */
    BAD_PACKET,
    FOREIGN_SUBSCRIPTION,
    SHARED_SUBSCRIPTION,
    TOO_MANY_SUBSCRIPTIONS,
    TOO_OFTEN,
    NO_BRIDGE,
    QUEUE_FULL,
    DISK_FULL,
    QUOTA;

    /** Who is told of it beside the client. */
    public enum Told {
        /** There is no name. */
        NOBODY,
        /** Whose name it is, though whoever came with it has not proven to be that. */
        OF_NAME,
        /** Whose client it is. */
        OWNER,
        /** The same, but nothing is published: it is shown only. */
        SHOWN
    }

    private final Told told;

    Denial() {
        this(Told.OWNER);
    }

    Denial(Told told) {
        this.told = told;
    }

    public Told told() {
        return told;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
