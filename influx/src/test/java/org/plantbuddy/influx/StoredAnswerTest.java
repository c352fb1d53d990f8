package org.plantbuddy.influx;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class StoredAnswerTest {

    private volatile int status;

    @Test
    void onlyInfluxDbsOwnAnswerMeansThatAWriteIsStored() throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        proxy.start();
        try (InfluxDBClient client = InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                .url("http://127.0.0.1:" + proxy.getAddress().getPort())
                .org("plantbuddy")
                .authenticateToken("none".toCharArray())
                .okHttpClient(new OkHttpClient.Builder().addInterceptor(new StoredAnswer()))
                .build())) {
            status = 204;
            assertThatCode(() -> write(client)).doesNotThrowAnyException();
            for (int other : new int[] {200, 201, 202, 302}) {
                status = other;
                assertThatThrownBy(() -> write(client))
                        .isInstanceOf(InfluxException.class)
                        .hasMessageContaining("answered " + other);
            }
        } finally {
            proxy.stop(0);
        }
    }

    private static void write(InfluxDBClient client) {
        client.getWriteApiBlocking().writeRecord("settings", "plantbuddy", WritePrecision.NS, "threshold value=1");
    }
}
