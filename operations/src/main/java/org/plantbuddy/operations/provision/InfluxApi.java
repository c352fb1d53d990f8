package org.plantbuddy.operations.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.plantbuddy.config.Secret;

/** The management calls of InfluxDB's HTTP API, with one token. */
final class InfluxApi {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int NOT_FOUND = 404;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI url;
    private final Secret token;

    InfluxApi(URI url, Secret token) {
        this.url = url;
        this.token = token;
    }

    InfluxApi withToken(Secret other) {
        return new InfluxApi(url, other);
    }

    URI url() {
        return url;
    }

    /** The answer to a GET; a missing node when there is no such thing (404). */
    JsonNode get(String path) {
        HttpResponse<String> response = send("GET", path, "");
        return response.statusCode() == NOT_FOUND ? MissingNode.getInstance() : body(response, "GET " + path);
    }

    JsonNode post(String path, Object body) {
        return body(send("POST", path, write(body)), "POST " + path);
    }

    JsonNode patch(String path, Object body) {
        return body(send("PATCH", path, write(body)), "PATCH " + path);
    }

    void delete(String path) {
        HttpResponse<String> response = send("DELETE", path, "");
        if (response.statusCode() != NOT_FOUND) {
            body(response, "DELETE " + path);
        }
    }

    /** Whether InfluxDB knows the token this was made with. */
    boolean accepted() {
        int status = send("GET", "/api/v2/buckets?limit=1", "").statusCode();
        if (status >= 500) {
            throw new ProvisionException("InfluxDB at " + url + " answers " + status + " to a list of buckets");
        }
        return status == 200;
    }

    static String encode(String parameter) {
        return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.text().isEmpty()) {
            request.header("Authorization", "Token " + token.text());
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ProvisionException(
                    "InfluxDB at " + url + " cannot be reached: " + e
                            + "; check PLANTBUDDY_INFLUX_URL and that it runs",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProvisionException("interrupted while waiting for InfluxDB at " + url, e);
        }
    }

    private JsonNode body(HttpResponse<String> response, String attempt) {
        int status = response.statusCode();
        if (status / 100 != 2) {
            String hint = status == 401 || status == 403
                    ? "; give an operator token of this InfluxDB as PLANTBUDDY_INFLUX_OPERATOR_TOKEN"
                    : "";
            throw new ProvisionException("InfluxDB at " + url + " answers " + status + " to " + attempt + ": "
                    + response.body().strip() + hint);
        }
        try {
            return response.body().isBlank() ? MissingNode.getInstance() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new ProvisionException("InfluxDB at " + url + " answers " + attempt + " with what is no JSON", e);
        }
    }

    private static String write(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new IllegalStateException("a map of texts and numbers is always JSON", e);
        }
    }
}
