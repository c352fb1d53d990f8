package org.plantbuddy.flux;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.OnboardingRequest;
import com.influxdb.client.domain.Query;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.OkHttpClient;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.flux.threshold.ThresholdPoint;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;

/** A real InfluxDB with the buckets of Plant Buddy, on which scripts run at whatever time a test says it is. */
final class RealInflux implements AutoCloseable {

    private static final String ORG = "plantbuddy";
    private static final String TOKEN = "operator-of-a-test";
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    private final Path folder;
    private InfluxdProcess process;
    private InfluxDBClient client;

    private RealInflux(Path folder) throws IOException {
        this.folder = folder;
        process = InfluxdProcess.start(InfluxdBinary.locate(), folder, 0);
        InfluxDBClientFactory.onBoarding(
                        process.url().toString(),
                        new OnboardingRequest()
                                .username("operator")
                                .password("only-a-test")
                                .org(ORG)
                                .bucket("plantbuddy")
                                .token(TOKEN))
                .getAuth();
        client = connect();
        String orgId = orgId();
        client.getBucketsApi().createBucket("downsampled", orgId);
        client.getBucketsApi().createBucket("settings", orgId);
    }

    /** Raw readings are kept for ever, so that tests may choose any time. */
    static RealInflux start(Path folder) throws IOException {
        return new RealInflux(folder);
    }

    /** Kills the server and starts it again on the same data. */
    void crash() throws IOException {
        client.close();
        process.kill();
        process = InfluxdProcess.start(InfluxdBinary.locate(), folder, 0);
        client = connect();
    }

    /** With all rights; closed with this. */
    InfluxDBClient client() {
        return client;
    }

    /** The same as others use it; to be closed. */
    Influx influx() {
        return new Influx(new InfluxAddress(process.url().toString(), ORG, new Secret(TOKEN)), ANSWER_TIMEOUT);
    }

    void secret(String key, String value) {
        client.getOrganizationsApi().putSecrets(Map.of(key, value), orgId());
    }

    void reading(String user, String device, String sensor, double value, Instant time) {
        write(
                "plantbuddy",
                String.format(
                        Locale.ROOT,
                        "%s,user=%s,device_id=%s reading=%s %d",
                        sensor,
                        user,
                        device,
                        value,
                        nanos(time)));
    }

    /**
     * Sets a threshold as the page does.
     *
     * @param fields {@code crit_below=20.0,enabled=false}; {@code removed=true} takes it back
     */
    void threshold(String user, String device, String sensor, String fields, Instant time) {
        write("settings", thresholdLine(user, device, sensor, fields, time));
    }

    static String thresholdLine(String user, String device, String sensor, String fields, Instant time) {
        Scope scope = new Scope(user, device, sensor);
        long set = nanos(time) / 1000;
        if (fields.contains("removed=true")) {
            return ThresholdPoint.removed(scope, set);
        }
        Map<String, Object> values = new HashMap<>();
        for (String field : fields.split(",", -1)) {
            String[] parts = field.split("=", -1);
            values.put(parts[0], parts[0].equals("enabled") ? parts[1].equals("true") : Double.valueOf(parts[1]));
        }
        return ThresholdPoint.of(ThresholdFields.parse(scope, values), set);
    }

    void write(String bucket, String lines) {
        client.getWriteApiBlocking().writeRecord(bucket, ORG, WritePrecision.NS, lines);
    }

    void write(String bucket, List<String> lines) {
        client.getWriteApiBlocking().writeRecords(bucket, ORG, WritePrecision.NS, lines);
    }

    /** All rows a script gives when {@code now()} is {@code now}. */
    List<FluxRecord> run(FluxScript script, Instant now) {
        return run(script.text(), now);
    }

    List<FluxRecord> run(String flux, Instant now) {
        Query query = new Query().query(flux).now(OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
        return client.getQueryApi().query(query, ORG).stream()
                .map(FluxTable::getRecords)
                .flatMap(List::stream)
                .toList();
    }

    List<FluxRecord> statuses() {
        return run("""
                import "influxdata/influxdb/monitor"
                monitor.from(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)
                    |> group()
                    |> sort(columns: ["_time", "user", "device_id", "sensor"])
                """, Instant.now());
    }

    /** Deletes all points of all buckets. */
    void clear() {
        for (String bucket : List.of("plantbuddy", "downsampled", "settings", "_monitoring")) {
            forgetBefore(bucket, Instant.parse("2100-01-01T00:00:00Z"));
        }
    }

    void forgetBefore(String bucket, Instant end) {
        delete(bucket, end, "");
    }

    void deleteMeasurement(String bucket, String measurement) {
        delete(bucket, Instant.parse("2100-01-01T00:00:00Z"), "_measurement=\"" + measurement + "\"");
    }

    private void delete(String bucket, Instant end, String predicate) {
        client.getDeleteApi()
                .delete(
                        OffsetDateTime.ofInstant(Instant.EPOCH.minusSeconds(1), ZoneOffset.UTC),
                        OffsetDateTime.ofInstant(end, ZoneOffset.UTC),
                        predicate,
                        bucket,
                        ORG);
    }

    /** What influxd holds of the machine's memory; Linux only. */
    double residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000 + time.getNano();
    }

    private InfluxDBClient connect() {
        return InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url(process.url().toString())
                .authenticateToken(TOKEN.toCharArray())
                .org(ORG)
                .okHttpClient(
                        new OkHttpClient.Builder().readTimeout(ANSWER_TIMEOUT).writeTimeout(ANSWER_TIMEOUT))
                .build());
    }

    private String orgId() {
        return client.getOrganizationsApi().findOrganizations().get(0).getId();
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
