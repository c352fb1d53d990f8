package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process of its own: with slf4j-simple as text, with logback as JSON. */
class LogFormatIT {

    @TempDir
    Path folder;

    @Test
    void textHasATimeAndJsonIsAnObjectALine() throws Exception {
        String text = firstLine(Map.of());
        assertThat(text).containsPattern(" INFO +Web - page served address=127.0.0.1 port=");
        assertThat(OffsetDateTime.parse(text.substring(0, text.indexOf(' '))))
                .isBeforeOrEqualTo(OffsetDateTime.now(ZoneOffset.UTC));

        JsonNode json = new ObjectMapper().readTree(firstLine(Map.of("PLANTBUDDY_LOG_FORMAT", "json")));
        assertThat(json.required("level").asText()).isEqualTo("INFO");
        assertThat(json.required("loggerName").asText()).isEqualTo(Web.class.getName());
        assertThat(json.required("formattedMessage").asText()).startsWith("page served address=127.0.0.1 port=");
        assertThat(json.required("timestamp").asLong()).isPositive();
    }

    private String firstLine(Map<String, String> more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path")
                        .replace(Path.of("target/test-classes").toAbsolutePath().toString(), ""),
                Main.class.getName());
        builder.environment().putAll(more);
        builder.environment()
                .putAll(Map.of(
                        "PLANTBUDDY_DATA", folder.toString(),
                        "PLANTBUDDY_WEB_PORT", "0",
                        "PLANTBUDDY_WEB_METRICS_PORT", "0",
                        "PLANTBUDDY_INFLUX_URL", "http://127.0.0.1:1",
                        "PLANTBUDDY_INFLUX_TOKEN", "none"));
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .filter(line -> line.contains("page served"))
                    .findFirst()
                    .orElse("the process ended without a line");
        } finally {
            process.destroy();
        }
    }
}
