package org.plantbuddy.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;

class MetricsTest {

    @Test
    void portTellsOfBuildMachineAndProcess() throws Exception {
        Config config = Config.load(Map.of()).with(Map.of(Key.WEB_METRICS_PORT, "0"));
        try (Metrics metrics = Metrics.serve(config, Key.WEB_METRICS_PORT, "a test", Metrics.ofProcess())) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body())
                    .containsPattern("plantbuddy_build_info\\{commit=\"[^\"]*\",version=\"\\d[^\"]+\"} 1")
                    .contains("jvm_memory_used_bytes{area=\"heap\"}")
                    .contains("process_cpu_seconds_total")
                    .contains("process_start_time_seconds");
        }
    }

    @Test
    void portThatIsTakenIsNamedWithItsKey() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Config config = Config.load(Map.of()).with(Map.of(Key.WEB_METRICS_PORT, "" + taken.getLocalPort()));
            assertThatThrownBy(() ->
                            Metrics.serve(config, Key.WEB_METRICS_PORT, "the page's /metrics", Metrics.ofProcess()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("the page's /metrics")
                    .hasMessageContaining("PLANTBUDDY_WEB_METRICS_PORT");
        }
    }
}
