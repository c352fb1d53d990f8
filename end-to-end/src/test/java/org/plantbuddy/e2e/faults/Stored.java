package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;

/** How often InfluxDB has each number, counted raw: a point more with another time would show. */
final class Stored {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int[] times;
    private long foreign;

    private Stored(int count) {
        times = new int[count];
    }

    /** Reads every raw point of the load since then. */
    static Stored read(Fleet fleet, Instant since, long first, int count) throws IOException, InterruptedException {
        Stored stored = new Stored(count);
        String rows = points(since) + " |> keep(columns: [\"_value\"])";
        try (Stream<String> lines = query(fleet, rows)) {
            lines.map(line -> line.substring(line.lastIndexOf(',') + 1))
                    .filter(value -> !value.isEmpty() && Character.isDigit(value.charAt(0)))
                    .forEach(value -> stored.add(Double.parseDouble(value) - first));
        }
        return stored;
    }

    /** How many points there are. */
    static long points(Fleet fleet, Instant since) throws IOException, InterruptedException {
        try (Stream<String> lines = query(fleet, points(since) + " |> count() |> group() |> sum()")) {
            return lines.map(line -> line.substring(line.lastIndexOf(',') + 1))
                    .filter(value -> !value.isEmpty() && Character.isDigit(value.charAt(0)))
                    .mapToLong(Long::parseLong)
                    .sum();
        }
    }

    private static String points(Instant since) {
        return "from(bucket: \"plantbuddy\") |> range(start: " + since + ", stop: 1h)"
                + " |> filter(fn: (r) => r._measurement == \"load\" or r._measurement == \"load_with_time\")"
                + " |> filter(fn: (r) => r._field == \"reading\")";
    }

    private static Stream<String> query(Fleet fleet, String flux) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(fleet.influxd.url().resolve("/api/v2/query?org=plantbuddy"))
                .header("Authorization", "Token " + fleet.secret("influx-operator-token"))
                .header("Content-Type", "application/vnd.flux")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString(flux))
                .build();
        HttpResponse<Stream<String>> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            throw new IOException("query answered " + answer.statusCode() + " "
                    + answer.body().toList());
        }
        return answer.body();
    }

    private void add(double number) {
        if (number >= 0 && number < times.length && number == Math.rint(number)) {
            times[(int) number]++;
        } else {
            foreign++;
        }
    }

    /** Of this number, counted from the first. */
    int times(int number) {
        return times[number];
    }

    /** Distinct numbers. */
    long distinct() {
        return Arrays.stream(times).filter(n -> n > 0).count();
    }

    /** Points with a value that nobody sent. */
    long foreign() {
        return foreign;
    }
}
