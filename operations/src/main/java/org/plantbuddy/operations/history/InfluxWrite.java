package org.plantbuddy.operations.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** One write to InfluxDB, gzip, and what its answer means: 204 alone is stored. */
final class InfluxWrite {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DEFAULT_WAIT = Duration.ZERO;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final int REASON_SHOWN = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final InfluxTarget target;
    private final URI uri;

    InfluxWrite(InfluxTarget target, String bucket) {
        this.target = target;
        this.uri = URI.create(target.url().toString().replaceAll("/+$", "") + "/api/v2/write?precision=ns&bucket="
                + bucket + "&org=" + URLEncoder.encode(target.org(), StandardCharsets.UTF_8));
    }

    WriteAnswer write(List<String> lines) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(PATIENCE)
                    .header("Authorization", "Token " + target.token().text())
                    .header("Content-Type", "text/plain; charset=utf-8")
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(gzip(String.join("\n", lines))))
                    .build();
            return answer(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return new WriteAnswer.Later(DEFAULT_WAIT, "InfluxDB at " + target.url() + " cannot be reached: " + e);
        }
    }

    private WriteAnswer answer(HttpResponse<String> response) {
        int status = response.statusCode();
        String body = response.body();
        String reason = "InfluxDB answered " + status + ": "
                + (body.length() > REASON_SHOWN ? body.substring(0, REASON_SHOWN) + "…" : body)
                        .replaceAll("\\p{Cntrl}+", " ");
        return switch (status) {
            case 204 -> new WriteAnswer.Stored();
            case 413 -> new WriteAnswer.Unacceptable(reason);
            case 400, 422 ->
                saysItself(body) ? new WriteAnswer.Unacceptable(reason) : new WriteAnswer.Never(notInfluxDb(reason));
            case 401, 403, 404 -> new WriteAnswer.Never(reason);
            default ->
                status == 429 || status >= 500
                        ? new WriteAnswer.Later(retryAfter(response), reason)
                        : new WriteAnswer.Never(notInfluxDb(reason));
        };
    }

    private static String notInfluxDb(String reason) {
        return reason + " (no answer of InfluxDB to a write: is there a proxy or another server at this address?)";
    }

    /** Names its error as InfluxDB does: a proxy's page says nothing about readings. */
    private static boolean saysItself(String body) {
        try {
            JsonNode error = JSON.readTree(body);
            return error.has("code") && error.has("message");
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static Duration retryAfter(HttpResponse<String> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("").strip();
        if (!seconds.matches("\\d{1,9}")) {
            return DEFAULT_WAIT;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
