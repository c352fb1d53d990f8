package org.plantbuddy.mqtt;

/** Is told what happens to a connection. No method may block. */
@FunctionalInterface
public interface MqttListener {

    /** A message has come. Called on the connection's one thread for messages; an exception ends the connection. */
    void delivered(Delivery delivery);

    /** The connection ends because the client itself has failed. */
    default void clientFailed() {}

    /** There is a connection again: what is published now goes out on it. */
    default void connected(MqttSession session) {}

    /** The connection was lost; it is made again. Not called after {@link MqttConnection#reconnect}. */
    default void lost() {}

    /** An attempt to connect has failed; another follows. */
    default void notConnected() {}
}
