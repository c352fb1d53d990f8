package org.plantbuddy.influx;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.MultipartReader;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * InfluxDB's own backup and restore, as its command line uses them, with the operator's token. Everything is streamed. For one
 * thread. InfluxDB Cloud has none of it.
 *
 * <p>A backup is what InfluxDB knows (organisations, buckets, tokens, tasks, secrets) at one moment, and then each shard, which
 * holds the points of a bucket and a span of time, as it is when it is asked for.
 */
public final class InfluxBackup implements AutoCloseable {

    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);

    /** Between two pieces of an answer: a restored shard is indexed before it is answered. */
    private static final Duration SILENT_AT_MOST = Duration.ofMinutes(10);

    private static final int NOT_FOUND = 404;
    private static final int REASON_SHOWN = 300;
    private static final MediaType BYTES = MediaType.get("application/octet-stream");

    private final InfluxAddress address;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .connectTimeout(CONNECTED_WITHIN)
            .readTimeout(SILENT_AT_MOST)
            .writeTimeout(SILENT_AT_MOST)
            .followRedirects(false)
            .build();

    /** With an operator's token. */
    public InfluxBackup(InfluxAddress address) {
        this.address = address;
    }

    /** Takes a part of a backup. The stream need not be closed. */
    @FunctionalInterface
    public interface Sink {
        void take(InputStream part) throws IOException;
    }

    /** A span of time of a bucket. */
    public record Shard(String bucket, long id) {}

    /** The version of InfluxDB, as it says it. */
    public String version() throws IOException {
        try (Response answer = answer(request("health").get())) {
            return Optional.ofNullable(answer.header("X-Influxdb-Version")).orElse("");
        }
    }

    /**
     * What InfluxDB knows at one moment.
     *
     * @param kv takes its first database
     * @param sql takes its second one
     * @return the shards there are, in InfluxDB's order
     */
    public List<Shard> metadata(Sink kv, Sink sql) throws IOException {
        try (Response answer = answer(request("api/v2/backup/metadata").get());
                MultipartReader parts = new MultipartReader(body(answer))) {
            List<Shard> shards = new ArrayList<>();
            boolean listed = false;
            for (MultipartReader.@Nullable Part part = parts.nextPart(); part != null; part = parts.nextPart()) {
                String what = String.valueOf(part.headers().get("Content-Disposition"));
                if (what.contains("name=\"kv\"")) {
                    kv.take(part.body().inputStream());
                } else if (what.contains("name=\"sql\"")) {
                    sql.take(part.body().inputStream());
                } else if (what.contains("name=\"buckets\"")) {
                    shards.addAll(shards(JsonParser.parseString(part.body().readString(StandardCharsets.UTF_8))
                            .getAsJsonArray()));
                    listed = true;
                }
            }
            if (!listed) {
                throw new IOException("InfluxDB at " + address.url() + " did not say which shards it has");
            }
            return shards;
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException("InfluxDB at " + address.url() + " did not say which shards it has: " + e, e);
        }
    }

    private static List<Shard> shards(JsonArray buckets) {
        List<Shard> shards = new ArrayList<>();
        for (JsonElement bucket : buckets) {
            String name = bucket.getAsJsonObject().get("bucketName").getAsString();
            for (JsonObject policy : members(bucket, "retentionPolicies")) {
                for (JsonObject group : members(policy, "shardGroups")) {
                    if (!group.has("deletedAt") || group.get("deletedAt").isJsonNull()) {
                        members(group, "shards")
                                .forEach(shard -> shards.add(
                                        new Shard(name, shard.get("id").getAsLong())));
                    }
                }
            }
        }
        return shards;
    }

    private static List<JsonObject> members(JsonElement of, String name) {
        List<JsonObject> members = new ArrayList<>();
        @Nullable JsonElement list = of.getAsJsonObject().get(name);
        if (list != null && list.isJsonArray()) {
            list.getAsJsonArray().forEach(member -> members.add(member.getAsJsonObject()));
        }
        return members;
    }

    /**
     * The points of a shard.
     *
     * @return whether it is still there: its time may have passed
     */
    public boolean shard(Shard shard, Sink sink) throws IOException {
        Request request = request("api/v2/backup/shards/" + shard.id()).get().build();
        try (Response answer = http.newCall(request).execute()) {
            if (answer.code() == NOT_FOUND) {
                return false;
            }
            WholeTar points = new WholeTar(body(checked(answer)).byteStream());
            sink.take(points);
            points.requireEnd();
            return true;
        }
    }

    /**
     * Replaces all that InfluxDB knows, and makes its shards anew, empty. Its tokens are those of the backup from now on, so the
     * rest has to be restored with one of these.
     */
    public void restoreKv(InputStream kv) throws IOException {
        answer(request("api/v2/restore/kv").post(body(kv))).close();
    }

    /** Replaces the second of its databases. */
    public void restoreSql(InputStream sql) throws IOException {
        answer(request("api/v2/restore/sql").post(body(sql))).close();
    }

    /** Fills a shard. */
    public void restoreShard(long id, InputStream points) throws IOException {
        answer(request("api/v2/restore/shards/" + id).post(body(points))).close();
    }

    private Request.Builder request(String path) {
        HttpUrl url = HttpUrl.get(address.url().replaceAll("/+$", "") + "/" + path);
        return new Request.Builder()
                .url(url)
                .header("Authorization", "Token " + address.token().get().text())
                .header("Gzip-Compression-Level", "none");
    }

    private Response answer(Request.Builder request) throws IOException {
        Response answer = http.newCall(request.build()).execute();
        try {
            return checked(answer);
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    private Response checked(Response answer) throws IOException {
        if (!answer.isSuccessful()) {
            String said = answer.peekBody(REASON_SHOWN).string();
            throw new IOException("InfluxDB at " + address.url() + " answers " + answer.code() + " to "
                    + answer.request().url().encodedPath() + ": " + said.strip());
        }
        return answer;
    }

    private static ResponseBody body(Response answer) throws IOException {
        @Nullable ResponseBody body = answer.body();
        if (body == null) {
            throw new IOException("InfluxDB sent no answer");
        }
        return body;
    }

    /** Sent as it is read, once. */
    private static RequestBody body(InputStream in) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return BYTES;
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeAll(Okio.source(in));
            }
        };
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
