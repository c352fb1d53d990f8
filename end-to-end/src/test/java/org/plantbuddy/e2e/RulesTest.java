package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules for Prometheus by Prometheus's own tool, and that each has a test and a runbook. */
class RulesTest {

    private static final Path ROOT = Path.of(System.getProperty("plantbuddy.root", ".."));
    private static final Path RULES = ROOT.resolve("deploy/prometheus/plantbuddy.rules.yml");

    @Test
    void rulesAndConfigurationsAreWellFormed() throws Exception {
        succeed("promtool", "check", "rules", RULES.toString());
        succeed(
                "promtool",
                "check",
                "config",
                ROOT.resolve("deploy/prometheus/prometheus.yml").toString());
        succeed(
                "promtool",
                "check",
                "config",
                ROOT.resolve("deploy/prometheus/up.yml").toString());
        succeed(
                "amtool",
                "check-config",
                ROOT.resolve("deploy/alertmanager/alertmanager.yml").toString());
    }

    @Test
    void eachRuleFiresAndClearsAgain() throws Exception {
        Path tests = ROOT.resolve("deploy/prometheus/plantbuddy.test.yml");
        succeed("promtool", "test", "rules", tests.toString());
        assertThat(found(Files.readString(tests), "- name: (\\w+)")).containsExactlyElementsOf(rules());
    }

    @Test
    void eachRuleHasARunbook() throws IOException {
        String rules = Files.readString(RULES);
        assertThat(found(rules, "runbook_url: docs/runbooks.md#(\\w+)"))
                .containsExactlyElementsOf(rules().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(found(Files.readString(ROOT.resolve("docs/runbooks.md")), "(?m)^## (\\w+)$"))
                .containsExactlyElementsOf(rules());
    }

    private static List<String> rules() throws IOException {
        return found(Files.readString(RULES), "- alert: (\\w+)");
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static void succeed(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
