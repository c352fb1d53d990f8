package org.plantbuddy.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Writes line protocol, gzip, and tells the outcomes apart. It never tries again by itself. Thread-safe.
 *
 * <p>A point is only unacceptable when InfluxDB itself says so, with its error code: a page of a proxy says nothing about
 * points.
 */
public final class InfluxGateway implements AutoCloseable {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private static final int REASON_SHOWN = 300;

    private final InfluxDBClient client;
    private final WriteApiBlocking writes;
    private final InfluxAddress address;
    private final Clock clock;

    /**
     * @param answerTimeout how long InfluxDB may take for an answer
     */
    public InfluxGateway(InfluxAddress address, Duration answerTimeout, Clock clock) {
        this.address = address;
        this.clock = clock;
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .addNetworkInterceptor(InfluxGateway::withoutDelay)
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

    /** With Nagle's algorithm the end of a large request waits up to 40 ms for the acknowledgement of what went before. */
    private static Response withoutDelay(Interceptor.Chain chain) throws IOException {
        Objects.requireNonNull(chain.connection()).socket().setTcpNoDelay(true);
        return chain.proceed(chain.request());
    }

    /** Writes lines; none at all are stored. */
    public WriteOutcome write(String bucket, List<String> lines) {
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
