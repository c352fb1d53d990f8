package org.plantbuddy.bridge.ingest;

import org.plantbuddy.config.Secret;

/**
 * How to reach the broker, and as whom.
 *
 * @param url {@code tcp://host:port} or {@code ssl://host:port}
 * @param clientId the same after a restart: the broker keeps what is not acknowledged under it
 */
public record BrokerAddress(String url, String clientId, String username, Secret password) {

    /** As whom the bridge's connection of this number comes, from 0: the first has the bridge's own client id. */
    BrokerAddress ofConnection(int number) {
        return number == 0 ? this : new BrokerAddress(url, clientId + "/" + (number + 1), username, password);
    }
}
