package org.plantbuddy.standalone;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.influx.StoredAnswer;

/** InfluxDB with the page's token: it reads readings, reads and writes settings, and nothing else. */
final class PageInflux {

    private PageInflux() {}

    /**
     * A client for the InfluxDB of what runs, to be closed.
     *
     * @param patience for one answer
     * @throws UsageException when nothing runs, or the token's file cannot be read
     */
    static InfluxDBClient open(Config reached, Duration patience) {
        String token = reached.secret(Key.INFLUX_TOKEN)
                .map(secret -> secret.text())
                .orElseGet(() -> EnvCommand.secret(reached.path(Key.DATA), "influx-web-token"));
        String url = reached.optional(Key.INFLUX_URL)
                .orElseGet(() -> Running.require(reached).influx());
        return InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(url)
                .org(reached.text(Key.INFLUX_ORG))
                .authenticateToken(token.toCharArray())
                .okHttpClient(new OkHttpClient.Builder().readTimeout(patience).addInterceptor(new StoredAnswer()))
                .build());
    }
}
