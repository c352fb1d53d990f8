package org.plantbuddy.watch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;

/** {@code POST}s JSON to an address, which may hold a token. {@code text} and {@code content} are what chat services show. */
final class Webhook implements Channel {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What Discord takes. */
    private static final int MOST_SHOWN = 1_900;

    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build(); // follows no redirect: it may lead anywhere

    /** @throws ConfigException when it is no address; its text is not told */
    Webhook(Secret address) {
        this.address = parsed(address.text());
    }

    private static URI parsed(String text) {
        try {
            URI uri = URI.create(text);
            if (List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below, without what it says: the text is a secret
        }
        throw new ConfigException(
                List.of(
                        Key.OPERATOR_WEBHOOK.variable()
                                + " must be an address that begins with http:// or https:// (its text is not shown: it may hold a token)"));
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void send(Message message) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json(message)))
                .build();
        int status;
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            answer.body().close(); // unread: it may never end, and the timeout ends with the headers
            status = answer.statusCode();
        } catch (IOException e) {
            throw new IOException(
                    "it does not answer: " + e.getClass().getSimpleName()); // the text may hold the address
        }
        if (status / 100 != 2) {
            throw new IOException("it answers " + status);
        }
    }

    static String json(Message message) {
        String text = message.title() + "\n" + message.text();
        String shown = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
        ObjectNode json = JSON.createObjectNode()
                .put("title", message.title())
                .put("text", shown)
                .put("content", shown)
                .put("at", Instant.ofEpochMilli(message.at()).toString());
        lines(json.putArray("wrong"), message.wrong());
        lines(json.putArray("well"), message.well());
        return json.toString();
    }

    private static void lines(ArrayNode array, List<Message.Line> lines) {
        for (Message.Line line : lines) {
            ObjectNode one = array.addObject()
                    .put("part", line.part())
                    .put("reason", line.reason())
                    .put("since", Instant.ofEpochMilli(line.since()).toString());
            if (line.until() != 0) {
                one.put("until", Instant.ofEpochMilli(line.until()).toString());
            }
        }
    }
}
