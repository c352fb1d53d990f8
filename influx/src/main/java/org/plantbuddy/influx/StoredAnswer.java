package org.plantbuddy.influx;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/** A write is stored when InfluxDB says 204. Any other success, such as a proxy's page with 200, stored nothing and fails. */
public final class StoredAnswer implements Interceptor {

    private static final String WRITE = "/api/v2/write";
    private static final int STORED = 204;

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        int code = response.code();
        if (code < 400 && code != STORED && chain.request().url().encodedPath().endsWith(WRITE)) {
            response.close();
            throw new IOException("answered " + code + ", which is not InfluxDB's answer to a write");
        }
        return response;
    }
}
