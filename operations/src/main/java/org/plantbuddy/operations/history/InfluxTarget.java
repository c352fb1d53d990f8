package org.plantbuddy.operations.history;

import java.net.URI;
import org.plantbuddy.config.Secret;

/**
 * Where readings are kept.
 *
 * @param url of InfluxDB
 * @param org its organisation
 * @param token one that may write bucket {@code plantbuddy}
 */
public record InfluxTarget(URI url, String org, Secret token) {}
