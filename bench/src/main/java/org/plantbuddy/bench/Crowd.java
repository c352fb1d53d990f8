package org.plantbuddy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Fills InfluxDB as boards and the downsampling task do: readings of 48 h in {@code plantbuddy}, and in {@code downsampled} a
 * point for each 10-minute window. Past readings are written once for a folder, what has passed since at each start.
 */
final class Crowd {

    static final int BOARDS = 10;
    static final List<String> SENSORS = List.of("air_temp", "humidity", "light", "soil_moisture", "soil_temp");

    private static final long WINDOW = 600;
    private static final long HOURS_48 = 48 * 3_600;
    private static final long YEAR = 365 * 24 * 3_600L;
    private static final int BATCH = 1_000_000; // characters

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;
    private final long now = System.currentTimeMillis() / 1_000;

    /** @param token that may write */
    Crowd(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /**
     * Fills it.
     *
     * @param others how many users there are with one board, beside those that are asked about
     * @param every how many seconds there are from a reading of theirs to the next
     * @param asked users with ten boards, of which a reading a minute is here
     * @param ofAYear how many of these have means of a year
     */
    void fill(Path folder, int others, int every, int asked, int ofAYear) throws IOException {
        once(folder.resolve("others-" + others + "-" + every), () -> {
            AtomicInteger written = new AtomicInteger();
            IntStream.range(0, others).parallel().forEach(user -> {
                board("u" + user, "01", every, now - HOURS_48);
                if (written.incrementAndGet() % 500 == 0) {
                    Progress.say(written + " of " + others + " users are filled");
                }
            });
        });
        once(
                folder.resolve("years-" + ofAYear),
                () -> IntStream.range(0, ofAYear * BOARDS).parallel().forEach(i -> {
                    board("big" + i / BOARDS, board(i % BOARDS), 60, now - YEAR);
                    Progress.say("a year of board " + board(i % BOARDS) + " of big" + i / BOARDS + " is filled");
                }));
        IntStream.range(0, asked * BOARDS)
                .parallel()
                .forEach(i -> board("big" + i / BOARDS, board(i % BOARDS), 60, now - HOURS_48));
        post("settings", "downsampled until=" + now / WINDOW * WINDOW * 1_000_000_000 + "i " + 0);
    }

    private static void once(Path done, Runnable work) throws IOException {
        if (Files.notExists(done)) {
            work.run();
            Files.createFile(done);
        }
    }

    static String board(int i) {
        return String.format(Locale.ROOT, "%02d", i + 1);
    }

    private void board(String user, String device, int every, long meansFrom) {
        StringBuilder raw = new StringBuilder();
        StringBuilder means = new StringBuilder();
        for (String sensor : SENSORS) {
            String series = sensor + ",device_id=" + device + ",user=" + user + " reading=";
            for (long at = (now - HOURS_48) / every * every; at < now; at += every) {
                raw.append(series)
                        .append(value(user + device + sensor, sensor, at))
                        .append(' ')
                        .append(at)
                        .append('\n');
            }
            for (long at = meansFrom / WINDOW * WINDOW; at < now / WINDOW * WINDOW; at += WINDOW) {
                double mean = value(user + device + sensor, sensor, at);
                means.append(series)
                        .append(mean + 0.037)
                        .append(",reading_count=")
                        .append(WINDOW / every)
                        .append("i,reading_max=")
                        .append(mean + 1)
                        .append(",reading_min=")
                        .append(mean - 1)
                        .append(' ')
                        .append(at)
                        .append('\n');
                if (means.length() > BATCH) {
                    post("downsampled", means.toString());
                    means.setLength(0);
                }
            }
        }
        post("plantbuddy", raw.toString());
        post("downsampled", means.toString());
    }

    /** Days and noise as plants have them, with one digit after the point. */
    private static double value(String series, String sensor, long at) {
        double day = Math.sin(at / 86_400.0 * 2 * Math.PI + series.hashCode() % 7 / 20.0);
        double noise = Math.sin(at * 12.9898 + series.hashCode());
        double value = switch (sensor) {
            case "light" -> Math.max(0, 620 * day + noise * 20);
            case "soil_moisture" -> 36 + at / 60 % 2_300 / 60.0 + noise;
            case "humidity" -> 52 - 8 * day + noise;
            case "soil_temp" -> 19 + 2 * day + noise / 4;
            default -> 21 + 5 * day + noise;
        };
        return Math.rint(value * 10) / 10;
    }

    private void post(String bucket, String lines) {
        if (lines.isEmpty()) {
            return;
        }
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(
                                    URI.create(url + "/api/v2/write?org=plantbuddy&precision=s&bucket=" + bucket))
                            .header("Authorization", "Token " + token)
                            .POST(HttpRequest.BodyPublishers.ofString(lines, StandardCharsets.UTF_8))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 204) {
                throw new IOException("InfluxDB answers " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
