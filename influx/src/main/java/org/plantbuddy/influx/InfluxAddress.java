package org.plantbuddy.influx;

import java.util.function.Supplier;
import org.plantbuddy.config.Secret;

/**
 * Where InfluxDB is, and as whom it is used.
 *
 * @param url without a path
 * @param org name of the organisation
 * @param token asked for with each request, since it may be replaced; blank: nobody's
 */
public record InfluxAddress(String url, String org, Supplier<Secret> token) {

    /** One whose token stays the same. */
    public InfluxAddress(String url, String org, Secret token) {
        this(url, org, () -> token);
    }

    /** The same InfluxDB with another token. */
    public InfluxAddress with(Secret other) {
        return new InfluxAddress(url, org, other);
    }
}
