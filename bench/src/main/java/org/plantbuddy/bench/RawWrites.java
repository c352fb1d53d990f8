package org.plantbuddy.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The limit that InfluxDB sets: batches of 5,000 lines, made beforehand, posted one after the other. */
final class RawWrites {

    private static final int BATCH = 5_000;
    private static final int BOARDS = 100;

    private RawWrites() {}

    /** Points a second. */
    static double run(Site site, int points) throws IOException, InterruptedException {
        List<byte[]> batches = batches(site.newUser(), points);
        HttpClient http = HttpClient.newHttpClient();
        URI uri = URI.create(site.influxUrl() + "/api/v2/write?org=plantbuddy&bucket=plantbuddy&precision=ns");
        String token = site.secret("influx-bridge-token");
        long begun = System.nanoTime();
        for (byte[] batch : batches) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri)
                            .header("Authorization", "Token " + token)
                            .header("Content-Encoding", "gzip")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(batch))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new IOException("InfluxDB answers " + answer.statusCode() + ": " + answer.body());
            }
        }
        return points / ((System.nanoTime() - begun) / 1e9);
    }

    private static List<byte[]> batches(String user, int points) throws IOException {
        List<byte[]> batches = new ArrayList<>();
        long ns = (System.currentTimeMillis() / 1_000 - 60) * 1_000_000_000;
        for (int from = 0; from < points; from += BATCH) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                for (int i = from; i < Math.min(points, from + BATCH); i++) {
                    String line = "light,device_id=b" + i % BOARDS + ",user=" + user + " reading=" + (i % 1_000) / 10.0
                            + " " + (ns + i * 10_000L) + "\n";
                    gzip.write(line.getBytes(StandardCharsets.UTF_8));
                }
            }
            batches.add(bytes.toByteArray());
        }
        return batches;
    }
}
