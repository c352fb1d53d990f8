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

    private static final Map<String, String> MQTT_SERVICES = Map.of(
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
        String url = config.optional(Key.INFLUX_URL)
                .map(text -> text.replaceAll("/+$", ""))
                .orElseThrow(
                        () -> new ProvisionException("PLANTBUDDY_INFLUX_URL is not set: give the URL of InfluxDB"));
        SecretFiles secrets = new SecretFiles(config.path(Key.DATA).resolve("secrets"));
        services(accounts, secrets, progress);
        try (Management influx = Operator.connect(config, url, secrets, progress)) {
            if (influx.makeOrganisation()) {
                progress.accept("organisation " + config.text(Key.INFLUX_ORG) + " made");
            }
            retain(influx, Bucket.READINGS, config.duration(Key.RAW_RETENTION), progress);
            retain(influx, Bucket.DOWNSAMPLED, config.duration(Key.DOWNSAMPLED_RETENTION), progress);
            retain(influx, Bucket.SETTINGS, Duration.ZERO, progress);
            new ScopedTokens(influx, secrets, progress).ensure();
            config.secret(Key.NOTIFY_SECRET).ifPresent(given -> secrets.write("notify-secret", given));
            influx.keepSecret(FluxScript.NOTIFY_SECRET, secrets.readOrMake("notify-secret"));
            formerThresholds(influx.address(), progress);
            new Tasks(influx, progress)
                    .ensure(FluxScript.tasks(
                            config.duration(Key.CHECK_EVERY), URI.create(config.text(Key.NOTIFY_URL))));
        } catch (InfluxUnavailableException e) {
            throw new ProvisionException("InfluxDB at " + url + why(e), e);
        }
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
