package org.plantbuddy.standalone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.DiskRoom;
import org.plantbuddy.tls.BadCertificateException;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;

/** What {@code doctor} looks at of an installation: its data folder, ports, certificate, and what it needs. */
final class Installation {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private final Config config;
    private final Path data;
    private final Clock clock;

    Installation(Config config, Clock clock) {
        this.config = config;
        this.data = config.path(Key.DATA);
        this.clock = clock;
    }

    List<Finding> findings() {
        List<Finding> all = new ArrayList<>();
        all.add(DiskRoom.of(data, config)
                .tooLittleToStart()
                .map(problem -> Finding.wrong("disk", problem, "make room, or move the data folder to a larger disk"))
                .orElseGet(() -> Finding.well("disk", "there is room under " + data.toAbsolutePath())));
        all.add(ports());
        all.add(secrets());
        all.add(accounts());
        all.add(influxdb());
        certificate().ifPresent(all::add);
        return all;
    }

    private Finding ports() {
        Optional<String> broker = Running.read(data)
                .map(Running::mqtt)
                .or(() -> config.optional(Key.INFLUX_URL).map(elsewhere -> config.text(Key.MQTT_URL)))
                .filter(Installation::listens);
        if (broker.isPresent()) {
            return Finding.well("ports", "not needed: the broker answers at " + broker.get());
        }
        List<String> problems = Ports.problems(config);
        return problems.isEmpty()
                ? Finding.well("ports", "all are free")
                : Finding.wrong("ports", String.join("\n", problems), "do what stands with each");
    }

    private static boolean listens(String url) {
        URI broker = URI.create(url);
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(broker.getHost(), broker.getPort()), Math.toIntExact(PATIENCE.toMillis()));
            return socket.isConnected();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Whoever can read them is Plant Buddy, or any of its users. */
    private Finding secrets() {
        List<Path> open = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(data.resolve("plantbuddy.db"), data.resolve("demo-credentials")));
        try {
            if (Files.isDirectory(data.resolve("secrets"))) {
                try (Stream<Path> secrets = Files.list(data.resolve("secrets"))) {
                    secrets.forEach(files::add);
                }
            }
            for (Path file : files) {
                if (Files.exists(file) && !Collections.disjoint(Files.getPosixFilePermissions(file), OF_OTHERS)) {
                    open.add(file);
                }
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.wrong(
                    "secrets",
                    "the files in " + data.toAbsolutePath() + " cannot be looked at: " + e,
                    "run this as the user who runs `plantbuddy up`");
        }
        if (open.isEmpty()) {
            return Finding.well("secrets", "no file with secrets is open to other users");
        }
        StringBuilder modes = new StringBuilder();
        open.forEach(file -> modes.append(modes.isEmpty() ? "" : "\n").append(mode(file)));
        return Finding.wrong(
                "secrets",
                modes + " can be read by others",
                "chmod go= "
                        + String.join(" ", open.stream().map(Path::toString).toList()));
    }

    private static String mode(Path file) {
        try {
            return file + " (" + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) + ")";
        } catch (IOException e) {
            return file.toString();
        }
    }

    private Finding accounts() {
        String place = config.optional(Key.DATABASE_URL).isPresent()
                ? "the database of " + Key.DATABASE_URL.variable()
                : data.resolve("plantbuddy.db").toString();
        try {
            OptionalInt users = Accounts.countUsers(config);
            return Finding.well(
                    "accounts", users.isPresent() ? users.getAsInt() + " users in " + place : "none yet in " + place);
        } catch (AccountsUnavailableException e) {
            return Finding.wrong(
                    "accounts",
                    String.valueOf(e.getMessage()),
                    "let the database run and be reached from here, and look at " + Key.DATABASE_URL.variable()
                            + " and its user and password");
        }
    }

    private Finding influxdb() {
        Optional<String> url = config.optional(Key.INFLUX_URL)
                .or(() -> Running.read(data)
                        .filter(running -> listens(running.mqtt()))
                        .map(Running::influx));
        return url.isPresent() ? answering(url.get()) : installed();
    }

    private Finding answering(String url) {
        try {
            HttpResponse<Void> answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/health"))
                                    .timeout(PATIENCE)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            Optional<Duration> apart = answer.headers()
                    .firstValue("Date")
                    .flatMap(Installation::time)
                    .map(theirs -> Duration.between(theirs, clock.instant()).abs());
            if (answer.statusCode() != 200) {
                return Finding.wrong(
                        "influxdb",
                        url + " answers " + answer.statusCode() + " to /health",
                        "look at InfluxDB's own log; " + Key.INFLUX_URL.variable() + " must name an InfluxDB 2");
            }
            return apart.filter(between -> between.compareTo(CLOCKS_APART) > 0)
                    .map(
                            between -> Finding.wrong(
                                    "influxdb",
                                    url + " answers, and its clock is " + between.toSeconds() + " s from this one",
                                    "keep both clocks right (timedatectl set-ntp true): readings ahead of InfluxDB's clock wait"))
                    .orElseGet(() -> Finding.well("influxdb", url + " answers"));
        } catch (IOException | IllegalArgumentException e) {
            return Finding.wrong(
                    "influxdb",
                    url + " does not answer: " + e,
                    "let it run and be reached from here, or unset " + Key.INFLUX_URL.variable()
                            + ": then `up` runs one of its own");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.wrong("influxdb", url + " was not asked: interrupted", "ask again");
        }
    }

    /** Empty of what is no time of HTTP's. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Finding installed() {
        String root = System.getProperty("plantbuddy.root", "");
        String script = Path.of(root, "tools", "influxd", "influxd").toString();
        try {
            Process process = new ProcessBuilder(script, "--find")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Finding.wrong(
                        "influxdb",
                        script + " --find did not end in " + PATIENCE.toSeconds() + " s",
                        "run it, and see what it waits for");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() == 0) {
                return Finding.well("influxdb", "`up` runs " + said);
            }
            return Finding.wrong(
                    "influxdb",
                    said,
                    "let the first `plantbuddy up` get one (docs/operations.md says from where), or name one with "
                            + Key.INFLUXD.variable() + " or " + Key.INFLUX_URL.variable());
        } catch (IOException e) {
            return Finding.wrong(
                    "influxdb",
                    "no influxd can be looked for: " + e.getMessage(),
                    "run this as ./plantbuddy doctor, or name an InfluxDB with " + Key.INFLUX_URL.variable());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Finding.wrong("influxdb", "was not looked for: interrupted", "ask again");
        }
    }

    private Optional<Finding> certificate() {
        return TlsFolder.of(config).map(folder -> {
            try {
                Instant end = folder.read(clock).expires();
                String good = folder.folder() + " is good until " + end;
                return clock.instant().plus(Identity.RENEWED_BEFORE).isBefore(end)
                        ? Finding.well("certificate", good)
                        : Finding.wrong(
                                "certificate",
                                good,
                                "put a new certificate in its place, or `plantbuddy tls renew`; page and broker take it"
                                        + " without a restart");
            } catch (BadCertificateException e) {
                return Finding.wrong("certificate", String.valueOf(e.getMessage()), "see TLS in docs/operations.md");
            }
        });
    }
}
