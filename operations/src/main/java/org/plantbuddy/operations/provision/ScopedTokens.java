package org.plantbuddy.operations.provision;

import static org.plantbuddy.influx.Bucket.DOWNSAMPLED;
import static org.plantbuddy.influx.Bucket.MONITORING;
import static org.plantbuddy.influx.Bucket.READINGS;
import static org.plantbuddy.influx.Bucket.SETTINGS;
import static org.plantbuddy.influx.Bucket.TASKS;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Management;

/**
 * Tokens that can do what one service needs and nothing else, each in its file.
 *
 * <p>A token's description in InfluxDB ends with a digest of its permissions: when a version of Plant Buddy asks for
 * others, the token is replaced.
 */
record ScopedTokens(Management influx, SecretFiles secrets, Consumer<String> progress) {

    private static final String OPERATIONS = "operations";

    void ensure() {
        ensure("bridge", List.of(), List.of(READINGS, SETTINGS));
        ensure(OPERATIONS, List.of(TASKS), List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING));
        ensure("web", List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING), List.of(SETTINGS));
        ensure("read", List.of(READINGS, DOWNSAMPLED, SETTINGS, MONITORING, TASKS), List.of());
    }

    private void ensure(String service, List<Bucket> readable, List<Bucket> writable) {
        String prefix = "plantbuddy " + service + " ";
        String scope = "read" + readable + "write" + writable;
        String description = prefix + HexFormat.of().toHexDigits(scope.hashCode());
        String file = "influx-" + service + "-token";
        List<Management.Token> before = influx.tokens(prefix);
        boolean known = before.stream().anyMatch(token -> token.description().equals(description) && token.isActive());
        if (known && secrets.read(file).filter(this::works).isPresent()) {
            return;
        }
        secrets.write(file, influx.makeToken(description, readable, writable, service.equals(OPERATIONS)));
        before.forEach(old -> influx.voidToken(old.id()));
        progress.accept("token " + file + " made" + (before.isEmpty() ? "" : ", the one before it is void"));
    }

    private boolean works(Secret token) {
        try (Management service = influx.as(token)) {
            return service.isAccepted();
        }
    }
}
