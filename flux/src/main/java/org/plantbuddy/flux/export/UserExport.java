package org.plantbuddy.flux.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.Points;
import org.plantbuddy.influx.Row;

/**
 * All that is kept of one user, as a zip archive: {@code account.json} with the rows of the accounts database, and a file of
 * line protocol for each bucket. It is written as InfluxDB answers: an export may be larger than memory.
 */
public final class UserExport {

    /** Raw readings, which an import reads. */
    public static final String READINGS = "readings.lp";

    /** Means of 10 minutes, which an import reads, too. */
    public static final String MEANS = "downsampled.lp";

    /** Thresholds, and what the tasks note for themselves. */
    public static final String SETTINGS = "settings.lp";

    /** Rows of the accounts database. */
    public static final String ACCOUNT = "account.json";

    private static final Map<String, Bucket> FILES =
            new TreeMap<>(Map.of(READINGS, Bucket.READINGS, MEANS, Bucket.DOWNSAMPLED, SETTINGS, Bucket.SETTINGS));

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private final Accounts accounts;
    private final Influx influx;
    private final Clock clock;

    /** @param influx with a token that reads the three buckets, and patience for a whole one */
    public UserExport(Accounts accounts, Influx influx, Clock clock) {
        this.accounts = accounts;
        this.influx = influx;
        this.clock = clock;
    }

    /**
     * Writes the archive; the stream stays open.
     *
     * @param actor who takes it, for the audit
     * @return how many fields of points of each file
     * @throws org.plantbuddy.accounts.AccountException when there is no such user
     * @throws org.plantbuddy.influx.InfluxUnavailableException when InfluxDB does not answer to the end
     */
    public Map<String, Long> write(Actor actor, String user, OutputStream out) throws IOException {
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("format", 1);
        account.put("user", user);
        account.put("exported_at", clock.instant().toString());
        account.put("tables", accounts.rows().of(user, actor));
        ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.putNextEntry(new ZipEntry(ACCOUNT));
        zip.write(JSON.writeValueAsBytes(account));
        zip.closeEntry();
        Map<String, Long> written = new LinkedHashMap<>();
        for (Map.Entry<String, Bucket> file : FILES.entrySet()) {
            zip.putNextEntry(new ZipEntry(file.getKey()));
            written.put(file.getKey(), points(user, file.getValue(), zip));
            zip.closeEntry();
        }
        zip.finish();
        return written;
    }

    private long points(String user, Bucket bucket, OutputStream out) {
        long[] count = {0};
        influx.query(FluxScript.export(user, bucket).text(), row -> {
            try {
                out.write((line(row) + "\n").getBytes(StandardCharsets.UTF_8));
                count[0]++;
            } catch (IOException e) {
                throw new UncheckedIOException("the archive cannot be written: " + e.getMessage(), e);
            }
        });
        return count[0];
    }

    private static String line(Row row) {
        Map<String, String> tags = new TreeMap<>();
        row.columns().forEach((name, value) -> {
            boolean ofTheAnswer = name.startsWith("_") || name.equals("result") || name.equals("table");
            if (!ofTheAnswer && value instanceof String text) {
                tags.put(name, text);
            }
        });
        Object value = row.value();
        Instant time = row.time();
        if (value == null || time == null) {
            throw new IllegalStateException("a point without a value or time: " + row);
        }
        return Points.of(row.measurement(), tags, Map.of(row.text("_field"), value), time);
    }
}
