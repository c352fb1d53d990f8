package org.plantbuddy.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** The bridge's InfluxDB token is deactivated, and activated again. */
final class TokenRevoked implements Fault {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String title() {
        return "token revoked and restored";
    }

    @Override
    public String strike(Site site) throws Exception {
        String id = authorization(site.fleet());
        site.awaitSomeInstant();
        set(site.fleet(), id, "inactive");
        try {
            BridgeServer bridge = site.fleet().bridge();
            site.await(
                    "readings wait for the token",
                    () -> bridge.figures().journal() >= Site.IN_FLIGHT
                            && bridge.readiness().contains("readings wait in the journal"));
            return site.state();
        } finally {
            set(site.fleet(), id, "active");
        }
    }

    private static String authorization(Fleet fleet) throws IOException, InterruptedException {
        for (JsonNode authorization :
                call(fleet, "GET", "/api/v2/authorizations", "").path("authorizations")) {
            if (authorization.path("description").asText().startsWith("plantbuddy bridge ")) {
                return authorization.required("id").asText();
            }
        }
        throw new IOException("InfluxDB does not know the bridge's token");
    }

    private static void set(Fleet fleet, String id, String status) throws IOException, InterruptedException {
        call(fleet, "PATCH", "/api/v2/authorizations/" + id, JSON.writeValueAsString(Map.of("status", status)));
    }

    private static JsonNode call(Fleet fleet, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(fleet.influxd.url().resolve(path))
                .header("Authorization", "Token " + fleet.secret("influx-operator-token"))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(method + " " + path + " answered " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }
}
