package org.plantbuddy.web.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.JavalinConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What Jetty refuses before a route sees it (a cookie that is none, an address that is too long) is a problem as all else is. */
public final class RefusedByJetty implements Request.Handler {

    private static final ObjectMapper JSON = new ObjectMapper();

    private RefusedByJetty() {}

    public static void set(JavalinConfig javalin) {
        RefusedByJetty refused = new RefusedByJetty();
        javalin.jetty.modifyServer(server -> server.setErrorHandler(refused));
        javalin.jetty.modifyServletContextHandler(servlets -> servlets.setErrorHandler(refused));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Problem problem = Problems.malformed(response.getStatus());
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "application/problem+json")
                .put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(text(problem.apiBody()).getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }

    private static String text(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem that is no JSON", e);
        }
    }
}
