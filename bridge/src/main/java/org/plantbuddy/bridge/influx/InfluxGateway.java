package org.plantbuddy.bridge.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.plantbuddy.flux.StoredAnswer;
import org.plantbuddy.mqtt.NoDelaySockets;

/**
 * Writes line protocol, gzip, and tells the outcomes apart. It never tries again by itself. Thread-safe.
 *
 * <p>A point is only unacceptable when InfluxDB itself says so, with its error code: a page of a proxy says nothing about
 * points.
 */
final class InfluxGateway implements AutoCloseable {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private static final int REASON_SHOWN = 300;

    private final InfluxDBClient client;
    private final WriteApiBlocking writes;
    private final InfluxAddress address;
    private final Clock clock;

    /**
     * @param answerTimeout how long InfluxDB may take for an answer
     */
    InfluxGateway(InfluxAddress address, Duration answerTimeout, Clock clock) {
        this.address = address;
        this.clock = clock;
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .socketFactory(new NoDelaySockets())
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(answerTimeout)
                .writeTimeout(answerTimeout)
                .followRedirects(false)
                .addInterceptor(new StoredAnswer());
        this.client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(address.url())
                .org(address.org())
                .authenticateToken(address.token().text().toCharArray())
                .okHttpClient(http)
                .build());
        client.enableGzip();
        this.writes = client.getWriteApiBlocking();
    }

    WriteOutcome write(String bucket, List<String> lines) {
        if (lines.isEmpty()) {
            return new WriteOutcome.Stored();
        }
        try {
            writes.writeRecord(bucket, address.org(), WritePrecision.NS, String.join("\n", lines));
            return new WriteOutcome.Stored();
        } catch (InfluxException e) {
            return outcome(e);
        } catch (RuntimeException e) {
            return new WriteOutcome.RetryAfter(Duration.ZERO, "InfluxDB at " + address.url() + ": " + e);
        }
    }

    private WriteOutcome outcome(InfluxException e) {
        String message = String.valueOf(e.getMessage());
        String reason = message.length() > REASON_SHOWN ? message.substring(0, REASON_SHOWN) + "…" : message;
        if (e.status() == 413 || ((e.status() == 400 || e.status() == 422) && saysItself(e))) {
            return new WriteOutcome.Refused(reason);
        }
        return new WriteOutcome.RetryAfter(
                retryAfter(e.headers()), "InfluxDB at " + address.url() + " (status " + e.status() + "): " + reason);
    }

    private static boolean saysItself(InfluxException e) {
        return e.errorBody().containsKey("code") && e.errorBody().containsKey("message");
    }

    private Duration retryAfter(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(header -> RetryAfterHeader.parse(header.getValue(), clock))
                .findFirst()
                .orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        client.close();
    }
}
