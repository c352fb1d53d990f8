package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionAttributeStore;
import com.hivemq.extension.sdk.api.packets.general.ModifiableUserProperties;
import com.hivemq.extension.sdk.api.packets.publish.ModifiableConnectPacket;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.topic.Topics;

/**
 * When a connection began, by the clock that stamps readings. Every status says it, and a will, which the broker
 * publishes without stamping it, can say nothing else: so a will that comes late is told from one of the board's present
 * connection.
 */
public final class ConnectionStamp {

    private static final String ATTRIBUTE = "plantbuddy-connected-at";
    private static final String WILL_UNITS = "plantbuddy-will-units";

    private ConnectionStamp() {}

    /** Marks a connection and its will, of which nothing goes on that is neither its payload nor known. */
    public static void put(long stamp, ConnectionAttributeStore attributes, ModifiableConnectPacket connect) {
        attributes.putAsString(ATTRIBUTE, Long.toString(stamp));
        connect.getModifiableWillPublish().ifPresent(will -> {
            attributes.putAsString(WILL_UNITS, Long.toString(Quotas.units(will)));
            Properties.takeOff(will);
            copy(attributes, will.getUserProperties());
        });
    }

    /** What the will of a connection costs, as it came; 0 where there is none. */
    public static long willUnits(ConnectionAttributeStore attributes) {
        return attributes.getAsString(WILL_UNITS).map(Long::parseLong).orElse(0L);
    }

    /** Names a connection; empty for one that nobody can be. */
    public static String of(ConnectionAttributeStore attributes) {
        return attributes.getAsString(ATTRIBUTE).orElse("");
    }

    /** Says in a message of which connection it is. */
    static void copy(ConnectionAttributeStore attributes, ModifiableUserProperties properties) {
        properties.removeName(Topics.CONNECTED_AT);
        attributes.getAsString(ATTRIBUTE).ifPresent(stamp -> properties.addUserProperty(Topics.CONNECTED_AT, stamp));
    }
}
