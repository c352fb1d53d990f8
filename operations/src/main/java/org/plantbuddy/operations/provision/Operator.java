package org.plantbuddy.operations.provision;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.Management;

/** Finds the operator token, or sets a fresh InfluxDB up with one. */
final class Operator {

    static final String TOKEN_FILE = "influx-operator-token";

    /** The token after a rotation. */
    static final String DESCRIPTION = "plantbuddy operator";

    private static final String PASSWORD_FILE = "influx-operator-password";
    private static final String USER = "operator";

    /** How InfluxDB describes the token that it is set up with. */
    private static final String FIRST_DESCRIPTION = USER + "'s Token";

    private Operator() {}

    /** Whether a key gives the operator token, so that it is replaced where it comes from. */
    static boolean isGiven(Config config) {
        return config.optional(Key.INFLUX_OPERATOR_TOKEN).isPresent();
    }

    /** InfluxDB with the operator token, to be closed. */
    static Management connect(Config config, String url, SecretFiles secrets, Consumer<String> progress) {
        Optional<Secret> given = config.secret(Key.INFLUX_OPERATOR_TOKEN);
        InfluxAddress nobody = new InfluxAddress(url, config.text(Key.INFLUX_ORG), new Secret(""));
        try (Management anonymous = new Management(nobody)) {
            if (anonymous.isFresh()) { // which one in the cloud never is
                setUp(anonymous, config, given, secrets, progress);
            }
        }
        Secret token = given.or(() -> secrets.read(TOKEN_FILE))
                .orElseThrow(() -> new ProvisionException("InfluxDB at " + url + " was set up before, and its operator"
                        + " token is not known: give it as PLANTBUDDY_INFLUX_OPERATOR_TOKEN or in a file named by"
                        + " PLANTBUDDY_INFLUX_OPERATOR_TOKEN_FILE (influxd recovery auth create-operator makes one)"));
        Management operator = new Management(nobody.with(token));
        if (!operator.isAccepted()) {
            operator.close();
            throw new ProvisionException(
                    "InfluxDB at " + url + " does not know the operator token: give one it knows as"
                            + " PLANTBUDDY_INFLUX_OPERATOR_TOKEN (influxd recovery auth create-operator makes one)");
        }
        return operator;
    }

    /** The operator's tokens that are no former ones: more than one after a rotation that was killed. */
    static List<Management.Token> tokens(Management influx) {
        return Stream.of(FIRST_DESCRIPTION, DESCRIPTION)
                .flatMap(description -> influx.tokens(description).stream()
                        .filter(token -> token.description().equals(description)))
                .toList();
    }

    /**
     * Puts another operator token in the file.
     *
     * @return those before, which are still valid
     */
    static List<Management.Token> replace(Management influx, SecretFiles secrets) {
        List<Management.Token> before = tokens(influx);
        if (before.isEmpty()) {
            throw new ProvisionException("InfluxDB has no token '" + FIRST_DESCRIPTION + "' or '" + DESCRIPTION
                    + "', so nobody knows what another may do: describe the one of " + TOKEN_FILE
                    + " so (influx auth list"
                    + " has its ID), or replace it by hand");
        }
        secrets.write(TOKEN_FILE, influx.makeTokenLike(before.get(0).id(), DESCRIPTION));
        return before;
    }

    /** The secrets are in their files before InfluxDB learns of them: a crash in between locks nobody out. */
    private static void setUp(
            Management anonymous,
            Config config,
            Optional<Secret> given,
            SecretFiles secrets,
            Consumer<String> progress) {
        progress.accept("InfluxDB is fresh: making its operator");
        given.ifPresent(token -> secrets.write(TOKEN_FILE, token));
        Secret token = secrets.readOrMake(TOKEN_FILE);
        Secret password = secrets.readOrMake(PASSWORD_FILE);
        anonymous.setUp(USER, password, token, config.duration(Key.RAW_RETENTION));
    }
}
