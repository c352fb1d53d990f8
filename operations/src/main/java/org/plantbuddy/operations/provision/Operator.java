package org.plantbuddy.operations.provision;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;

/** Finds the operator token, or sets a fresh InfluxDB up with one. */
final class Operator {

    static final String TOKEN_FILE = "influx-operator-token";
    static final String PASSWORD_FILE = "influx-operator-password";
    private static final String USER = "operator";

    private Operator() {}

    /** InfluxDB's API with the operator token. */
    static InfluxApi connect(Config config, SecretFiles secrets, Consumer<String> progress) {
        URI url = config.optional(Key.INFLUX_URL)
                .map(text -> URI.create(text.replaceAll("/+$", "")))
                .orElseThrow(
                        () -> new ProvisionException("PLANTBUDDY_INFLUX_URL is not set: give the URL of InfluxDB"));
        InfluxApi anonymous = new InfluxApi(url, new Secret(""));
        Optional<Secret> given = config.secret(Key.INFLUX_OPERATOR_TOKEN);
        if (anonymous.get("/api/v2/setup").path("allowed").asBoolean()) {
            setUp(anonymous, config, given, secrets, progress);
        }
        Secret token = given.or(() -> secrets.read(TOKEN_FILE))
                .orElseThrow(() -> new ProvisionException("InfluxDB at " + url + " was set up before, and its operator"
                        + " token is not known: give it as PLANTBUDDY_INFLUX_OPERATOR_TOKEN or in a file named by"
                        + " PLANTBUDDY_INFLUX_OPERATOR_TOKEN_FILE (influxd recovery auth create-operator makes one)"));
        InfluxApi operator = anonymous.withToken(token);
        if (!operator.accepted()) {
            throw new ProvisionException(
                    "InfluxDB at " + url + " does not know the operator token: give one it knows as"
                            + " PLANTBUDDY_INFLUX_OPERATOR_TOKEN (influxd recovery auth create-operator makes one)");
        }
        return operator;
    }

    /** The secrets are in their files before InfluxDB learns of them: a crash in between locks nobody out. */
    private static void setUp(
            InfluxApi anonymous,
            Config config,
            Optional<Secret> given,
            SecretFiles secrets,
            Consumer<String> progress) {
        progress.accept("InfluxDB is fresh: making its operator");
        given.ifPresent(token -> secrets.write(TOKEN_FILE, token));
        Secret token = secrets.readOrMake(TOKEN_FILE);
        Secret password = secrets.readOrMake(PASSWORD_FILE);
        anonymous.post(
                "/api/v2/setup",
                Map.of(
                        "username", USER,
                        "password", password.text(),
                        "token", token.text(),
                        "org", config.text(Key.INFLUX_ORG),
                        "bucket", Buckets.READINGS,
                        "retentionPeriodSeconds",
                                config.duration(Key.RAW_RETENTION).toSeconds()));
    }
}
