package org.plantbuddy.operations.provision;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.plantbuddy.config.Secret;

/**
 * Tokens that can do what one service needs and nothing else, each in its file.
 *
 * <p>A token's description in InfluxDB ends with a digest of its permissions: when a version of Plant Buddy asks for
 * others, the token is replaced.
 */
final class ScopedTokens {

    private static final String OPERATIONS = "operations";
    private static final String READ = "read";
    private static final String WRITE = "write";

    private final InfluxApi influx;
    private final String orgId;
    private final SecretFiles secrets;
    private final Consumer<String> progress;

    ScopedTokens(InfluxApi influx, String orgId, SecretFiles secrets, Consumer<String> progress) {
        this.influx = influx;
        this.orgId = orgId;
        this.secrets = secrets;
        this.progress = progress;
    }

    void ensure(Buckets buckets) {
        ensure("bridge", buckets, List.of(), List.of(Buckets.READINGS, Buckets.SETTINGS));
        ensure(
                OPERATIONS,
                buckets,
                List.of(Buckets.TASKS),
                List.of(Buckets.READINGS, Buckets.DOWNSAMPLED, Buckets.SETTINGS, Buckets.MONITORING));
        ensure(
                "web",
                buckets,
                List.of(Buckets.READINGS, Buckets.DOWNSAMPLED, Buckets.SETTINGS, Buckets.MONITORING),
                List.of(Buckets.SETTINGS));
        ensure(
                "read",
                buckets,
                List.of(Buckets.READINGS, Buckets.DOWNSAMPLED, Buckets.SETTINGS, Buckets.MONITORING, Buckets.TASKS),
                List.of());
    }

    private void ensure(String service, Buckets buckets, List<String> readable, List<String> writable) {
        List<Object> permissions = new ArrayList<>();
        if (service.equals(OPERATIONS)) {
            permissions.add(Map.of("action", READ, "resource", Map.of("type", "tasks", "orgID", orgId)));
        }
        if (readable.contains(Buckets.MONITORING) || readable.contains(Buckets.TASKS)) {
            // InfluxDB lets whoever reads the organisation read its system buckets, and nobody else.
            permissions.add(Map.of("action", READ, "resource", Map.of("type", "orgs", "id", orgId)));
        }
        Stream.of(Map.entry(READ, readable), Map.entry(WRITE, writable))
                .forEach(rights -> rights.getValue()
                        .forEach(bucket -> permissions.add(permission(rights.getKey(), buckets.id(bucket)))));
        String prefix = "plantbuddy " + service + " ";
        String scope = READ + readable + WRITE + writable;
        String description = prefix + HexFormat.of().toHexDigits(scope.hashCode());
        String file = "influx-" + service + "-token";
        List<JsonNode> before = withPrefix(prefix);
        boolean known = before.stream()
                .anyMatch(token -> token.path("description").asText().equals(description)
                        && token.path("status").asText().equals("active"));
        boolean works = known
                && secrets.read(file)
                        .map(secret -> influx.withToken(secret).accepted())
                        .orElse(false);
        if (!works) {
            replace(file, description, permissions, before);
        }
    }

    private void replace(String file, String description, List<Object> permissions, List<JsonNode> before) {
        JsonNode made = influx.post(
                "/api/v2/authorizations",
                Map.of("orgID", orgId, "description", description, "permissions", permissions));
        secrets.write(file, new Secret(made.path("token").asText()));
        before.forEach(
                old -> influx.delete("/api/v2/authorizations/" + old.path("id").asText()));
        progress.accept("token " + file + " made" + (before.isEmpty() ? "" : ", the one before it is void"));
    }

    private List<JsonNode> withPrefix(String prefix) {
        JsonNode all = influx.get("/api/v2/authorizations?orgID=" + orgId).path("authorizations");
        List<JsonNode> found = new ArrayList<>();
        all.forEach(token -> {
            if (token.path("description").asText().startsWith(prefix)) {
                found.add(token);
            }
        });
        return found;
    }

    private Map<String, Object> permission(String action, String bucketId) {
        return Map.of("action", action, "resource", Map.of("type", "buckets", "id", bucketId, "orgID", orgId));
    }
}
