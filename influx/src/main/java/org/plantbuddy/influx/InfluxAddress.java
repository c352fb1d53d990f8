package org.plantbuddy.influx;

import org.plantbuddy.config.Secret;

/**
 * Where readings are stored.
 *
 * @param url without a path
 * @param token writes buckets {@code plantbuddy} and {@code settings}
 */
public record InfluxAddress(String url, String org, Secret token) {}
