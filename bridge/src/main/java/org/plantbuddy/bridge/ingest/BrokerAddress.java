package org.plantbuddy.bridge.ingest;

import org.plantbuddy.config.Secret;

/**
 * How to reach the broker, and as whom.
 *
 * @param url {@code tcp://host:port} or {@code ssl://host:port}
 * @param clientId the same after a restart: the broker keeps what is not acknowledged under it
 */
public record BrokerAddress(String url, String clientId, String username, Secret password) {}
