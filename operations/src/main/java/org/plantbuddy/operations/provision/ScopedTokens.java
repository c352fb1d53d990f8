package org.plantbuddy.operations.provision;

import static org.plantbuddy.influx.Bucket.DOWNSAMPLED;
import static org.plantbuddy.influx.Bucket.MONITORING;
import static org.plantbuddy.influx.Bucket.READINGS;
import static org.plantbuddy.influx.Bucket.SETTINGS;
import static org.plantbuddy.influx.Bucket.TASKS;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.Management;
import org.plantbuddy.influx.WriteOutcome;

/**
 * Tokens that can do what one service needs and nothing else, each in its file.
 *
 * <p>A token's description in InfluxDB ends with a digest of its permissions: when a version of Plant Buddy asks for
 * others, the token is replaced.
 */
record ScopedTokens(Config config, Management influx, SecretFiles secrets, Consumer<String> progress) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OPERATIONS = "operations";

    /** What the description of a token begins with that was replaced, and is not void yet. */
    private static final String FORMER = "former plantbuddy ";

    private static final List<Scope> SCOPES = List.of(
            new Scope("bridge", Key.INFLUX_BRIDGE_TOKEN, List.of(), List.of(READINGS, SETTINGS)),
            new Scope(
                    OPERATIONS,
                    Key.INFLUX_OPERATIONS_TOKEN,
                    List.of(TASKS),
                    List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING)),
            new Scope(
                    "web",
                    Key.INFLUX_WEB_TOKEN,
                    List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING),
                    List.of(SETTINGS)),
            new Scope(
                    "read",
                    Key.INFLUX_READ_TOKEN,
                    List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING, TASKS),
                    List.of()));

    /** What the token of a service may do. */
    private record Scope(String service, Key key, List<Bucket> readable, List<Bucket> writable) {

        String file() {
            return "influx-" + service + "-token";
        }

        String prefix() {
            return "plantbuddy " + service + " ";
        }

        String needs() {
            return Stream.of(
                            readable.isEmpty() ? "" : "reads " + readable,
                            writable.isEmpty() ? "" : "writes " + writable,
                            readsTasks() ? "reads tasks" : "")
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(", "));
        }

        boolean readsTasks() {
            return service.equals(OPERATIONS);
        }

        String description() {
            String scope = "read" + readable + "write" + writable;
            return prefix() + HexFormat.of().toHexDigits(scope.hashCode());
        }
    }

    /** The files of tokens that are made here, and not given by the operator. */
    static List<String> files(Config config) {
        return SCOPES.stream()
                .filter(scope -> config.optional(scope.key()).isEmpty())
                .map(Scope::file)
                .toList();
    }

    /** Makes what is missing; takes those that the operator gives. */
    void ensure(MissingRights rights) {
        for (Scope scope : SCOPES) {
            Optional<Secret> given = config.secret(scope.key());
            if (given.isPresent()) {
                take(scope, given.get(), rights);
            } else {
                rights.allow(
                        "make tokens (authorizations: read and write); or give one that " + scope.needs() + " as "
                                + scope.key().variable(),
                        () -> ensure(scope));
            }
        }
    }

    private void take(Scope scope, Secret given, MissingRights rights) {
        String key = scope.key().variable();
        try (Influx service = new Influx(influx.address().with(given), PATIENCE)) {
            for (Bucket bucket : scope.readable()) {
                rights.allow(
                        key + ": read bucket " + bucket,
                        () -> service.query("from(bucket: \"" + bucket + "\") |> range(start: -1s) |> limit(n: 1)"));
            }
            for (Bucket bucket : scope.writable()) {
                if (!(service.write(bucket, List.of("# a comment, to see whether it may"))
                        instanceof WriteOutcome.Stored)) {
                    rights.add(key + ": write bucket " + bucket);
                }
            }
        }
        if (scope.readsTasks()) {
            try (Management service = influx.as(given)) {
                rights.allow(key + ": read tasks", service::tasks);
            }
        }
        if (!secrets.read(scope.file()).equals(Optional.of(given))) {
            secrets.write(scope.file(), given);
            progress.accept("token " + scope.file() + " taken from " + key);
        }
    }

    private void ensure(Scope scope) {
        List<Management.Token> before = influx.tokens(scope.prefix());
        boolean known =
                before.stream().anyMatch(token -> token.description().equals(scope.description()) && token.isActive());
        if (known && secrets.read(scope.file()).filter(this::works).isPresent()) {
            return;
        }
        make(scope);
        before.forEach(old -> influx.voidToken(old.id()));
        progress.accept("token " + scope.file() + " made" + (before.isEmpty() ? "" : ", the one before it is void"));
    }

    private void make(Scope scope) {
        secrets.write(
                scope.file(),
                influx.makeToken(scope.description(), scope.readable(), scope.writable(), scope.readsTasks()));
    }

    /** Makes the token of this file anew. The one before stays valid, marked as a former one once nobody needs it in the file. */
    void replace(String file) {
        List<Management.Token> before =
                file.equals(Operator.TOKEN_FILE) ? Operator.replace(influx, secrets) : replace(scope(file));
        progress.accept("token " + file + " made");
        before.forEach(old -> influx.describeToken(old.id(), FORMER + file));
    }

    private static Scope scope(String file) {
        return SCOPES.stream()
                .filter(one -> one.file().equals(file))
                .findFirst()
                .orElseThrow();
    }

    private List<Management.Token> replace(Scope scope) {
        List<Management.Token> before = influx.tokens(scope.prefix());
        make(scope);
        return before;
    }

    /** Makes void what {@link #replace} left valid. */
    void withdrawFormer() {
        influx.tokens(FORMER).forEach(old -> {
            influx.voidToken(old.id());
            progress.accept("the former " + old.description().substring(FORMER.length()) + " is void");
        });
    }

    /**
     * Passes when each token that is made here is the only one that can do the same. A rotation that was killed before it marked
     * the former one leaves two, and InfluxDB does not tell which of them is in the file.
     *
     * @throws ProvisionException otherwise
     */
    void requireNoOthers() {
        Stream<String> services = files(config).stream()
                .filter(file -> influx.tokens(scope(file).prefix()).size() > 1);
        Stream<String> operator =
                Operator.isGiven(config) || Operator.tokens(influx).size() < 2
                        ? Stream.of()
                        : Stream.of(Operator.TOKEN_FILE);
        List<String> several = Stream.concat(services, operator).toList();
        if (!several.isEmpty()) {
            throw new ProvisionException("former tokens of " + String.join(", ", several)
                    + " are still valid: a rotation did not come to its end. Rotate these again, and withdraw again");
        }
    }

    private boolean works(Secret token) {
        try (Management service = influx.as(token)) {
            return service.isAccepted();
        }
    }
}
