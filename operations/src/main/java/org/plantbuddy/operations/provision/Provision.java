package org.plantbuddy.operations.provision;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.FluxScript;

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

    private Provision() {}

    /**
     * Brings everything to what the configuration and {@code flux/} say.
     *
     * @param progress told of what is changed, a line each, without secrets
     * @throws ProvisionException when InfluxDB does not let it
     */
    public static void run(Config config, Accounts accounts, Consumer<String> progress) {
        SecretFiles secrets = secretsOf(config);
        services(accounts, secrets, progress);
        InfluxApi influx = Operator.connect(config, secrets, progress);
        String orgId = organisation(influx, config.text(Key.INFLUX_ORG), progress);
        Buckets buckets = Buckets.ensure(influx, orgId, config, progress);
        new ScopedTokens(influx, orgId, secrets, progress).ensure(buckets);
        notifySecret(influx, orgId, config, secrets);
        List<FluxScript> scripts =
                FluxScript.tasks(config.duration(Key.CHECK_EVERY), URI.create(config.text(Key.NOTIFY_URL)));
        new Tasks(influx, orgId, progress).ensure(scripts);
    }

    private static SecretFiles secretsOf(Config config) {
        return new SecretFiles(config.path(Key.DATA).resolve("secrets"));
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

    private static String organisation(InfluxApi influx, String name, Consumer<String> progress) {
        JsonNode org = influx.get("/api/v2/orgs?org=" + InfluxApi.encode(name))
                .path("orgs")
                .path(0);
        if (org.isMissingNode()) {
            org = influx.post("/api/v2/orgs", Map.of("name", name));
            progress.accept("organisation " + name + " made");
        }
        return org.path("id").asText();
    }

    /** InfluxDB does not tell a secret it keeps, so it is given the same one each time. */
    private static void notifySecret(InfluxApi influx, String orgId, Config config, SecretFiles secrets) {
        config.secret(Key.NOTIFY_SECRET).ifPresent(given -> secrets.write("notify-secret", given));
        Secret secret = secrets.readOrMake("notify-secret");
        influx.patch("/api/v2/orgs/" + orgId + "/secrets", Map.of(FluxScript.NOTIFY_SECRET, secret.text()));
    }
}
