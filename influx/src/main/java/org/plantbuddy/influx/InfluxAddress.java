package org.plantbuddy.influx;

import org.plantbuddy.config.Secret;

/**
 * Where InfluxDB is, and as whom it is used.
 *
 * @param url without a path
 * @param org name of the organisation
 */
public record InfluxAddress(String url, String org, Secret token) {

    /** The same InfluxDB with another token. */
    public InfluxAddress with(Secret other) {
        return new InfluxAddress(url, org, other);
    }
}
