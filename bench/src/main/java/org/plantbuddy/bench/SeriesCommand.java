package org.plantbuddy.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;
import org.plantbuddy.topic.SeriesName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long the page waits for its lines: ten boards of five sensors among many users, asked one at a time. <i>Cold</i>: a time
 * that nobody asked for before. <i>Again</i>: what was asked for some seconds ago, by one user after the other.
 */
@Command(name = "series", description = "How long GET /api/v1/series takes among many users' readings.")
final class SeriesCommand implements Callable<Integer> {

    private static final int ASKED = 10;
    private static final int OF_A_YEAR = 1;
    private static final Duration STALE_AFTER = Duration.ofMillis(4_100);

    @Option(names = "--users", defaultValue = "10000", description = "users with a board and 48 hours each")
    private int users;

    @Option(names = "--every", defaultValue = "600", description = "seconds from a reading of theirs to the next")
    private int every;

    @Option(names = "--seconds", defaultValue = "30", description = "how long each is measured")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "1", description = "how often all of it is measured")
    private int rounds;

    @Option(names = "--folder", description = "keeps what is filled (${DEFAULT-VALUE})")
    private Path folder = Path.of(System.getProperty("plantbuddy.root", "."), "bench/target/series");

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(folder);
        Path data = Files.createTempDirectory("plantbuddy-bench");
        try (InfluxdProcess influxd =
                InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxd"), 0, "--no-tasks")) {
            String url = influxd.url().toString();
            Config config = Config.load(Map.of()).with(Map.of(Key.DATA, folder.toString(), Key.INFLUX_URL, url));
            try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
                Provision.run(config, accounts, line -> {});
                new Crowd(url, secret("influx-operator-token")).fill(folder, users, every, ASKED, OF_A_YEAR);
                List<String> tokens = new ArrayList<>();
                for (int i = 0; i < ASKED; i++) {
                    tokens.add(user(accounts, "big" + i));
                }
                try (WebProcess web = WebProcess.start(
                        data,
                        Map.of(
                                Key.DATA, folder.toString(),
                                Key.INFLUX_URL, url,
                                Key.INFLUX_TOKEN, secret("influx-web-token")))) {
                    measure(web, influxd, tokens);
                }
            }
        }
        return 0;
    }

    private String secret(String name) throws IOException {
        return Files.readString(folder.resolve("secrets").resolve(name)).strip();
    }

    private static String user(Accounts accounts, String user) {
        if (!accounts.users().exists(user)) {
            accounts.users().invite(user, Duration.ofHours(1));
            for (int board = 0; board < Crowd.BOARDS; board++) {
                String device = Crowd.board(board);
                accounts.devices().add(user, device);
                Crowd.SENSORS.forEach(sensor -> accounts.sensors().admit(new SeriesName(user, device, sensor)));
            }
        }
        return accounts.appTokens()
                .create(user, Long.toString(System.nanoTime()), Set.of(Scope.READ), Optional.of(Duration.ofDays(1)));
    }

    private void measure(WebProcess web, InfluxdProcess influxd, List<String> tokens) throws Exception {
        for (int i = 0; i < 100; i++) { // Java and InfluxDB compile, and files are read into memory
            ask(
                    web,
                    "?from="
                            + (System.currentTimeMillis() - Duration.ofHours(47).toMillis() - i),
                    tokens.get(i % ASKED));
        }
        System.out.println("| asked for | | p50, p95, longest ms | CPU ms: page, influxd | kB, packed |");
        System.out.println("|---|---|---|---|---|");
        for (int round = 0; round < rounds; round++) {
            for (String band : List.of("", "&band=true")) {
                cold(web, influxd, tokens, Duration.ofDays(2), band);
            }
            again(web, influxd, tokens, "?range=48h");
            for (Duration length : List.of(Duration.ofDays(30), Duration.ofDays(364))) {
                cold(web, influxd, tokens.subList(0, OF_A_YEAR), length, "");
            }
            again(web, influxd, tokens.subList(0, OF_A_YEAR), "?range=1y");
        }
        System.out.println("the page had at most " + web.peakMib() + " MiB resident");
    }

    /** Each asks for another time. */
    private void cold(WebProcess web, InfluxdProcess influxd, List<String> tokens, Duration length, String more)
            throws Exception {
        Figures figures = new Figures(web, influxd);
        for (int i = 0; !figures.isOver(seconds); i++) {
            long from = System.currentTimeMillis() - length.toMillis() - i;
            figures.took(ask(web, "?from=" + from + more, tokens.get(i % tokens.size())));
        }
        figures.print(length.toHours() + " h" + more, "cold");
    }

    private void again(WebProcess web, InfluxdProcess influxd, List<String> tokens, String question) throws Exception {
        for (String token : tokens) {
            ask(web, question, token);
        }
        Figures figures = new Figures(web, influxd);
        while (!figures.isOver(seconds)) {
            long begun = System.nanoTime();
            for (String token : tokens) {
                figures.took(ask(web, question, token));
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + STALE_AFTER.toNanos() - System.nanoTime()));
        }
        figures.print(question, "again");
    }

    /** @param missing whether InfluxDB did not answer in time */
    private record Took(double ms, int packed, int bytes, boolean missing) {}

    private Took ask(WebProcess web, String question, String token) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(URI.create(web.url() + "/api/v1/series" + question))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        double ms = (System.nanoTime() - begun) / 1e6;
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        if (answer.statusCode() != 200) {
            throw new IOException(question + " is answered " + answer.statusCode());
        }
        boolean missing = new String(body, StandardCharsets.UTF_8).contains("\"problem\":\"");
        return new Took(ms, answer.body().length, body.length, missing);
    }

    private static final class Figures {

        private final WebProcess web;
        private final InfluxdProcess influxd;
        private final long webUs;
        private final long influxUs;
        private final long begun = System.nanoTime();
        private final List<Took> all = new ArrayList<>();

        Figures(WebProcess web, InfluxdProcess influxd) throws IOException {
            this.web = web;
            this.influxd = influxd;
            this.webUs = web.usedUs();
            this.influxUs = Cpu.usedUs(influxd.pid());
        }

        boolean isOver(int seconds) {
            return System.nanoTime() - begun > Duration.ofSeconds(seconds).toNanos();
        }

        void took(Took one) {
            all.add(one);
        }

        void print(String what, String how) throws IOException {
            double[] ms = all.stream().mapToDouble(Took::ms).sorted().toArray();
            Took last = all.get(all.size() - 1);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s, %d times, %d without an answer | %.0f, %.0f, %.0f | %.1f, %.1f | %d, %d |%n",
                    what,
                    how,
                    ms.length,
                    all.stream().filter(Took::missing).count(),
                    ms[ms.length / 2],
                    ms[ms.length * 95 / 100],
                    ms[ms.length - 1],
                    (web.usedUs() - webUs) / 1e3 / ms.length,
                    (Cpu.usedUs(influxd.pid()) - influxUs) / 1e3 / ms.length,
                    last.bytes() / 1_000,
                    last.packed() / 1_000);
        }
    }
}
