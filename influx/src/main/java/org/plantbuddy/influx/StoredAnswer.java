package org.plantbuddy.influx;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A write is stored when InfluxDB says 204, and a query is answered with CSV. Any other success, such as a proxy's page with
 * 200, is none and fails.
 */
final class StoredAnswer implements Interceptor {

    private static final String WRITE = "/api/v2/write";
    private static final String QUERY = "/api/v2/query";
    private static final int STORED = 204;

    private static final class SomebodyElseException extends IOException {
        SomebodyElseException(int code, String asked) {
            super("answered " + code + ", which is not InfluxDB's answer to a " + asked);
        }
    }

    /** Whether it was not InfluxDB that answered. */
    static boolean isOfSomebodyElse(Throwable failure) {
        return failure.getCause() instanceof SomebodyElseException;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        // Packed answers cost more than they save.
        Request request = chain.request()
                .newBuilder()
                .header("Accept-Encoding", "identity")
                .build();
        Response response = chain.proceed(request);
        String path = request.url().encodedPath();
        int code = response.code();
        if (code < 400 && code != STORED && path.endsWith(WRITE)) {
            response.close();
            throw new SomebodyElseException(code, "write");
        }
        if (code < 400
                && path.endsWith(QUERY)
                && !response.header("Content-Type", "").startsWith("text/csv")) {
            response.close();
            throw new SomebodyElseException(code, "query");
        }
        return response;
    }
}
