package org.plantbuddy.operations.provision;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.threshold.FormerThresholds;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Management;

/**
 * Sets InfluxDB and the services' own accounts up. What is there already is kept, so it can be run again at any time;
 * it is the only part that holds the operator token.
 *
 * <p>Secrets go to files of mode 0600 in {@code secrets} of the data folder: {@code influx-operator-token} (where
 * InfluxDB was fresh), {@code influx-bridge-token}, {@code influx-operations-token} (the bridge's
 * second: it deletes, and reads how tasks go), {@code influx-web-token}, {@code influx-read-token}, {@code
 * notify-secret}, {@code mqtt-bridge-token}, {@code mqtt-canary-token}, {@code mqtt-web-token}.
 */
public final class Provision {

    static final String NOTIFY_SECRET_FILE = "notify-secret";

    static final Map<String, String> MQTT_SERVICES = Map.of(
            "mqtt-bridge-token", Services.BRIDGE,
            "mqtt-canary-token", Services.CANARY,
            "mqtt-web-token", Services.WEB);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Provision() {}

    /**
     * Brings everything to what the configuration and {@code flux/} say.
     *
     * @param progress told of what is changed, a line each, without secrets
     * @throws ProvisionException when InfluxDB does not let it
     */
    public static void run(Config config, Accounts accounts, Consumer<String> progress) {
        String url = url(config);
        SecretFiles secrets = SecretFiles.of(config);
        services(accounts, secrets, progress);
        try (Management influx = Operator.connect(config, url, secrets, progress)) {
            MissingRights rights = new MissingRights();
            String org = config.text(Key.INFLUX_ORG);
            rights.allow("read organisation " + org + " (orgs: read), or make it (orgs: write)", () -> {
                if (influx.makeOrganisation()) {
                    progress.accept("organisation " + org + " made");
                }
            });
            rights.requireNone(url); // nothing else can be asked for
            Map<Bucket, Duration> retentions = Map.of(
                    Bucket.READINGS, config.duration(Key.RAW_RETENTION),
                    Bucket.DOWNSAMPLED, config.duration(Key.DOWNSAMPLED_RETENTION),
                    Bucket.SETTINGS, Duration.ZERO);
            boolean buckets = retentions.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(bucket -> rights.allow(
                            "read bucket " + bucket.getKey()
                                    + ", and set for how long it keeps points or make it (buckets: read and write)",
                            () -> retain(influx, bucket.getKey(), bucket.getValue(), progress)))
                    .reduce(true, Boolean::logicalAnd);
            if (buckets) { // tokens are of buckets
                new ScopedTokens(config, influx, secrets, progress).ensure(rights);
            }
            config.secret(Key.NOTIFY_SECRET).ifPresent(given -> secrets.write(NOTIFY_SECRET_FILE, given));
            rights.allow(
                    "write secrets of the organisation, for the one of /notify (secrets: write)",
                    () -> influx.keepSecret(
                            FluxScript.NOTIFY_SECRET, firstLine(secrets.readOrMake(NOTIFY_SECRET_FILE))));
            if (buckets) {
                rights.allow(
                        "read and write points of bucket " + Bucket.SETTINGS,
                        () -> formerThresholds(influx.address(), progress));
            }
            rights.allow(
                    "read and write tasks of the organisation (tasks: read and write)",
                    () -> new Tasks(influx, progress)
                            .ensure(FluxScript.tasks(
                                    config.duration(Key.CHECK_EVERY), URI.create(config.text(Key.NOTIFY_URL)))));
            rights.requireNone(url);
        } catch (InfluxUnavailableException e) {
            throw says(url, e);
        }
    }

    static String url(Config config) {
        return config.optional(Key.INFLUX_URL)
                .map(text -> text.replaceAll("/+$", ""))
                .orElseThrow(
                        () -> new ProvisionException("PLANTBUDDY_INFLUX_URL is not set: give the URL of InfluxDB"));
    }

    static ProvisionException says(String url, InfluxUnavailableException e) {
        return new ProvisionException("InfluxDB at " + url + why(e), e);
    }

    /** The secret to bring; while it is being replaced, the file has the one before on a second line. */
    static Secret firstLine(Secret lines) {
        return new Secret(lines.text().lines().findFirst().orElse(""));
    }

    private static void formerThresholds(InfluxAddress address, Consumer<String> progress) {
        try (Influx influx = new Influx(address, PATIENCE)) {
            int count = FormerThresholds.takeOver(influx);
            if (count > 0) {
                progress.accept("thresholds of a former version taken over: " + count);
            }
        }
    }

    private static String why(InfluxUnavailableException e) {
        return switch (e.status()) {
            case 0 -> " cannot be reached: " + e.getMessage() + "; check PLANTBUDDY_INFLUX_URL and that it runs";
            case 401, 403 ->
                " says no: " + e.getMessage()
                        + "; give an operator token of this InfluxDB as PLANTBUDDY_INFLUX_OPERATOR_TOKEN";
            default -> " does not do what it is asked: " + e.getMessage();
        };
    }

    private static void retain(Management influx, Bucket bucket, Duration retention, Consumer<String> progress) {
        Optional<Duration> before = influx.retention(bucket);
        if (!before.equals(Optional.of(retention))) {
            influx.retain(bucket, retention);
            progress.accept("bucket " + bucket + (before.isEmpty() ? " made, keeps " : " now keeps ")
                    + (retention.isZero() ? "everything" : retention.toHours() + "h"));
        }
    }

    private static void services(Accounts accounts, SecretFiles secrets, Consumer<String> progress) {
        MQTT_SERVICES.forEach((file, service) -> {
            Secret token = secrets.readOrMake(file);
            if (!accounts.services().authenticate(service, token.text())) {
                accounts.services().put(service, token.text());
                progress.accept("MQTT principal " + service + " has its token from " + file);
            }
        });
    }
}
