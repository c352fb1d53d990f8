package org.plantbuddy.operations.history;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;
import org.plantbuddy.flux.FluxScript;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@code downsample.flux} over what was imported. */
record Backfill(InfluxTarget operator, Downsampling otherwise) implements Downsampling {

    private static final Logger log = LoggerFactory.getLogger(Backfill.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration WINDOW = Duration.ofMinutes(10);

    @Override
    public void cover(String user, SortedSet<String> devices, ImportReport.Span span) throws IOException {
        long window = WINDOW.toMillis();
        Instant open = Instant.ofEpochMilli(System.currentTimeMillis() / window * window);
        if (!span.from().isBefore(open)) {
            return; // All of it lies in the window that the task computes next.
        }
        FluxScript script = FluxScript.backfill(user, span.from(), span.to().plus(WINDOW));
        try {
            run(script);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while downsampling; import the file again");
        } catch (IOException e) {
            log.warn("backfill failed, left to the next run of {} cause={}", script.taskName(), e.toString());
            otherwise.cover(user, devices, span);
        }
    }

    private void run(FluxScript script) throws IOException, InterruptedException {
        URI uri = URI.create(operator.url().toString().replaceAll("/+$", "") + "/api/v2/query?org="
                + URLEncoder.encode(operator.org(), StandardCharsets.UTF_8));
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .timeout(PATIENCE)
                                .header(
                                        "Authorization",
                                        "Token " + operator.token().text())
                                .header("Content-Type", "application/vnd.flux")
                                .header("Accept", "application/csv")
                                .POST(HttpRequest.BodyPublishers.ofString(script.text()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        boolean csv = answer.headers().firstValue("Content-Type").orElse("").startsWith("text/csv");
        // A query that fails after its first byte has answered 200: its error comes as a table. A page is a proxy's.
        if (answer.statusCode() != 200 || !csv || answer.body().contains("error,reference")) {
            String body = answer.body();
            throw new IOException("InfluxDB answered " + answer.statusCode() + ": "
                    + body.substring(0, Math.min(300, body.length())));
        }
    }
}
