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

/** What Jetty refuses before a route sees it (a cookie that is none, a path that is none) is told in the same form as all else. */
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
        String path = request.getHttpURI().getPath();
        boolean api = path != null && path.startsWith(Problems.API);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, api ? "application/problem+json" : "application/json")
                .put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(
                true,
                ByteBuffer.wrap(text(api ? problem.apiBody() : problem.body()).getBytes(StandardCharsets.UTF_8)),
                callback);
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
