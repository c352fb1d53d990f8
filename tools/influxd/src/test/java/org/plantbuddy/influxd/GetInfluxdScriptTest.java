package org.plantbuddy.influxd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real script with a PATH that holds only what a test puts there beside the system's small tools. */
@Timeout(60)
class GetInfluxdScriptTest {
    private static final Path SCRIPT = Path.of(
                    System.getProperty("plantbuddy.root", "../.."), "tools", "influxd", "influxd")
            .toAbsolutePath();
    private static final List<String> SYSTEM_TOOLS = List.of(
            "bash",
            "readlink",
            "dirname",
            "uname",
            "tr",
            "grep",
            "mkdir",
            "mktemp",
            "rm",
            "mv",
            "chmod",
            "sleep",
            "date",
            "flock",
            "setsid",
            "tail",
            "wc",
            "cut",
            "stat",
            "sha256sum",
            "tar",
            "gzip",
            "cat",
            "head",
            "env");
    private static final String SERVER_2 = "#!/bin/sh\necho 'InfluxDB v2.9.1 (git: x) build_date: y'\n";
    private static final String SERVER_1 = "#!/bin/sh\necho 'InfluxDB v1.8.10 (git: x)'\n";
    /** Stands in for Go: notes that it ran, takes a moment, and writes a server where it was asked to. */
    private static final String GO = """
            #!/bin/bash
            while [ $# -gt 0 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
            if [ "${out##*/}" = influxd ]; then echo run >> "$BUILDS"; sleep "${BUILD_SECONDS:-0}"; fi
            printf '#!/bin/sh\\necho "InfluxDB v2.9.1 (git: built)"\\n' > "$out"
            chmod +x "$out"
            """;

    @TempDir
    Path folder;

    private Path bin = Path.of("");

    @BeforeEach
    void systemToolsOnly() throws IOException {
        bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : SYSTEM_TOOLS) {
            Path found = Stream.of("/usr/bin", "/bin")
                    .map(place -> Path.of(place, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(tool + " is not on this machine"));
            program(tool, "#!/bin/sh\nexec " + found + " \"$@\"\n");
        }
    }

    @Test
    void theOneGivenWins() throws Exception {
        program("influxd", SERVER_2);
        Path given = Files.createDirectory(folder.resolve("given")).resolve("my-influxd");
        write(given, SERVER_1);
        assertThat(run(Map.of("PLANTBUDDY_INFLUXD", given.toString())).path()).isEqualTo(given.toRealPath());
    }

    @Test
    void oneGivenThatIsNoProgramIsAnErrorNotAFallback() throws Exception {
        program("influxd", SERVER_2);
        Outcome outcome = run(Map.of("PLANTBUDDY_INFLUXD", "/nowhere/influxd"));
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.stderr()).contains("/nowhere/influxd is not a program");
        assertThat(outcome.stdout()).isEmpty();
    }

    @Test
    void anInfluxDb2OnThePathComesNext() throws Exception {
        Path onPath = program("influxd", SERVER_2);
        cached(SERVER_2);
        assertThat(run(Map.of()).path()).isEqualTo(onPath.toRealPath());
    }

    @Test
    void anInfluxDb1OnThePathIsNotTaken() throws Exception {
        program("influxd", SERVER_1);
        Path cached = cached(SERVER_2);
        assertThat(run(Map.of()).path()).isEqualTo(cached);
    }

    @Test
    void aDownloadThatIsNotTheReleaseIsThrownAwayAndOneIsBuilt() throws Exception {
        program("curl", """
                #!/bin/bash
                while [ $# -gt 0 ]; do if [ "$1" = --output ]; then out=$2; fi; shift; done
                echo tampered > "$out"
                """);
        builders();
        Outcome outcome = run(Map.of("BUILDS", folder.resolve("builds").toString()));
        assertThat(outcome.stderr()).contains("is not the release").contains("building InfluxDB");
        assertThat(outcome.path()).isExecutable();
    }

    @Test
    void whatIsMissingForABuildIsNamed() throws Exception {
        Outcome outcome = run(Map.of("PLANTBUDDY_INFLUXD_DOWNLOAD", "none"));
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.stderr())
                .contains("Go 1.25")
                .contains("Rust")
                .contains("C compiler")
                .contains("PLANTBUDDY_INFLUXD");
    }

    @Test
    void rustupWithoutAToolchainIsMissingOneAndSaysNothingOfItsOwn() throws Exception {
        builders();
        program("rustup", "#!/bin/sh\necho 'error: no active toolchain; Stack backtrace: ...' >&2\nexit 1\n");
        Outcome outcome = run(Map.of("PLANTBUDDY_INFLUXD_DOWNLOAD", "none"));
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.stderr()).contains("rustup default stable").doesNotContain("backtrace", "Go 1.25");
    }

    @Test
    void aFailedBuildShowsItsLastWordsAndLeavesNothing() throws Exception {
        builders();
        program("go", "#!/bin/sh\necho 'no such module' >&2\nexit 1\n");
        Outcome outcome = run(Map.of("PLANTBUDDY_INFLUXD_DOWNLOAD", "none"));
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.stderr()).contains("no such module");
        assertThat(left()).isEmpty();
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        builders();
        Path builds = folder.resolve("builds");
        Map<String, String> slowly =
                Map.of("BUILDS", builds.toString(), "BUILD_SECONDS", "3", "PLANTBUDDY_INFLUXD_DOWNLOAD", "none");
        Process first = start(slowly, "first");
        Process second = start(slowly, "second");
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome(first, "first").path())
                .isEqualTo(outcome(second, "second").path());
        assertThat(builds).hasContent("run");
        assertThat(left()).isEmpty();
    }

    @Test
    void anInterruptedBuildLeavesNothingAndTheNextOneSucceeds() throws Exception {
        builders();
        Path builds = folder.resolve("builds");
        Process interrupted = start(
                Map.of("BUILDS", builds.toString(), "BUILD_SECONDS", "60", "PLANTBUDDY_INFLUXD_DOWNLOAD", "none"),
                "interrupted");
        while (!Files.exists(builds)) {
            Thread.sleep(20);
        }
        interrupted.destroy();
        assertThat(interrupted.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome(interrupted, "interrupted").status()).isEqualTo(143);
        assertThat(left()).isEmpty();

        Outcome next = run(Map.of("BUILDS", builds.toString(), "PLANTBUDDY_INFLUXD_DOWNLOAD", "none"));
        assertThat(next.path()).isExecutable();
    }

    private void builders() throws IOException {
        program("go", GO);
        program("cargo", "#!/bin/sh\n");
        program("cc", "#!/bin/sh\n");
    }

    private Path program(String name, String script) throws IOException {
        return write(bin.resolve(name), script);
    }

    private static Path write(Path file, String script) throws IOException {
        Files.writeString(file, script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path cached(String script) throws Exception {
        Process uname = new ProcessBuilder("uname", "-m").start();
        String machine =
                new String(uname.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        String arch = machine.equals("x86_64") ? "amd64" : machine.equals("aarch64") ? "arm64" : machine;
        Path place = Files.createDirectories(cache().resolve("influxd/2.9.1/linux_" + arch));
        return write(place.resolve("influxd"), script);
    }

    private Path cache() {
        return folder.resolve("cache");
    }

    /** Work directories that are still there. */
    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(cache().resolve("influxd"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private Outcome run(Map<String, String> environment) throws Exception {
        Process process = start(environment, "run");
        process.waitFor();
        return outcome(process, "run");
    }

    private Process start(Map<String, String> environment, String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString())
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("PLANTBUDDY_CACHE", cache().toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Outcome outcome(Process ended, String name) throws IOException {
        return new Outcome(
                ended.exitValue(),
                Files.readString(folder.resolve(name + ".out")).strip(),
                Files.readString(folder.resolve(name + ".err")));
    }

    private record Outcome(int status, String stdout, String stderr) {
        Path path() {
            assertThat(status).as(stderr).isZero();
            return Path.of(stdout);
        }
    }
}
