package org.plantbuddy.influxd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Waits until an InfluxDB answers from its store, not only from its listener. */
final class Readiness {
    private static final Duration ONE_REQUEST = Duration.ofSeconds(5);
    private static final long BETWEEN_TRIES_MILLIS = 50;

    private Readiness() {}

    /** @throws IOException when the process ends, or {@code timeout} passes, before it answers */
    static void await(Process process, URI url, Duration timeout) throws IOException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(ONE_REQUEST)
                .build();
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!(answers(http, url.resolve("/ping"), 204) && answers(http, url.resolve("/api/v2/setup"), 200))) {
                if (!process.isAlive()) {
                    throw new IOException("it ended with exit code " + process.exitValue());
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("it did not answer within " + timeout.toSeconds() + " s");
                }
                Thread.sleep(BETWEEN_TRIES_MILLIS);
            }
            if (!process.isAlive()) {
                throw new IOException(
                        "something else answers there, and it ended with exit code " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while InfluxDB was starting");
        }
    }

    private static boolean answers(HttpClient http, URI uri, int status) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ONE_REQUEST).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == status;
        } catch (IOException notYet) {
            return false;
        }
    }
}
