package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the real scripts on a tree of made-up sources, with programs that stand in for Maven and Java. */
class LauncherTest {

    private static final Path ROOT =
            Path.of(System.getProperty("plantbuddy.root", "..")).toAbsolutePath();
    private static final List<String> BUILT = List.of(
            "pom.xml",
            ".mvn/jvm.config",
            "flux/pom.xml",
            "flux/check.flux",
            "boards/arduino/PlantBuddy/PlantBuddy.ino",
            "broker-config/src/main/hivemq/config.xml",
            "web/src/main/resources/page.css",
            "tools/influxd/pom.xml",
            "tools/influxd/src/main/java/A.java");
    private static final List<String> NOT_BUILT =
            List.of("README.md", "docs/topics.md", "flux/README.md", "web/src/test/java/B.java", "docker/Dockerfile");

    private final FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
    private final FileTime lately = FileTime.from(Instant.now().plus(Duration.ofMinutes(10)));

    @TempDir
    Path tree;

    @BeforeEach
    void plant() throws Exception {
        for (String script : List.of("plantbuddy", "bench/readings", "tools/changed-since")) {
            program(script, Files.readString(ROOT.resolve(script)));
        }
        program("tools/influxd/influxd", "#!/bin/sh\n");
        program("jdk/bin/java", "#!/bin/sh\necho 'openjdk version \"17.0.1\"' >&2\n");
        program("jdk/bin/javac", "#!/bin/sh\n");
        program(
                "bin/mvn",
                "#!/bin/sh\necho run >> builds\nmkdir -p standalone/target/plantbuddy/lib bench/target/bench/lib\n");
        for (List<String> files : List.of(BUILT, NOT_BUILT)) {
            for (String file : files) {
                Files.createDirectories(tree.resolve(file).getParent());
                Files.writeString(tree.resolve(file), "");
            }
        }
        Process aged =
                new ProcessBuilder("find", tree.toString(), "-exec", "touch", "-d", "yesterday", "{}", "+").start();
        assertThat(aged.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plantbuddy --version", "bench/readings attacks"})
    void scriptBuildsOnceAndAgainWhenWhatIsBuiltHasChanged(String command) throws Exception {
        run(command);
        run(command);
        assertThat(builds()).isEqualTo(1);
        for (String file : List.of("flux/check.flux", "boards/arduino/PlantBuddy/PlantBuddy.ino")) {
            int before = builds();
            Files.setLastModifiedTime(tree.resolve(file), lately);
            run(command);
            assertThat(builds()).as(file).isEqualTo(before + 1);
            Files.setLastModifiedTime(tree.resolve(file), longAgo);
            run(command);
            assertThat(builds()).as(file).isEqualTo(before + 1);
        }
    }

    @Test
    void jarThatAnEarlierBuildLeftIsNotRun() throws Exception {
        Path lib = Files.createDirectories(tree.resolve("standalone/target/plantbuddy/lib"));
        Files.writeString(lib.resolve("netty-old.jar"), "");
        run("plantbuddy --version");
        try (Stream<Path> built = Files.walk(tree.resolve("standalone/target/runs"))) {
            assertThat(built.map(file -> file.getFileName().toString()))
                    .contains("lib")
                    .doesNotContain("netty-old.jar");
        }
    }

    @Test
    void buildLeavesItsClassesToAllCommandsAfterIt() throws Exception {
        program("jdk/bin/java", """
                #!/bin/bash
                echo 'openjdk version "17.0.1"' >&2
                echo "$PLANTBUDDY_MQTT_PORT $PLANTBUDDY_DATA $*" >> "${0%/jdk/*}/runs"
                for option; do
                  case $option in -XX:ArchiveClassesAtExit=*) trap 'kill $!; echo classes > "${option#*=}"; exit' TERM; echo ready; sleep 60 & wait ;; esac
                done
                """);
        program("tools/influxd/influxd", "#!/bin/sh\necho /bin/influxd\n");
        Files.createDirectories(tree.resolve("tools/jvm"));

        run("plantbuddy --version");
        run("plantbuddy up");
        run("plantbuddy status");

        List<String> runs = Files.readAllLines(tree.resolve("runs")).stream()
                .filter(line -> line.contains("standalone.Main"))
                .toList();
        assertThat(runs).hasSize(4);
        assertThat(runs.get(0)).startsWith("0 " + tree).contains("/.archive.").endsWith("Main up");
        assertThat(runs.subList(1, 4))
                .allSatisfy(
                        line -> assertThat(line).containsPattern("-XX:SharedArchiveFile=\\S+/build-\\S+/classes.jsa"));
        try (Stream<Path> left = Files.list(tree.resolve("standalone/target/runs"))) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".archive"));
        }
    }

    @Test
    void everythingThatIsBuiltCountsAndNothingElse() throws Exception {
        Path since = Files.writeString(tree.resolve("since"), "");
        String asked = "tools/changed-since " + since;
        assertThat(exit("tools/changed-since nowhere")).isZero();
        assertThat(exit(asked)).isEqualTo(1);
        for (String file : BUILT) {
            Files.setLastModifiedTime(tree.resolve(file), lately);
            assertThat(exit(asked)).as(file).isZero();
            Files.setLastModifiedTime(tree.resolve(file), longAgo);
        }
        for (String file : NOT_BUILT) {
            Files.setLastModifiedTime(tree.resolve(file), lately);
        }
        assertThat(exit(asked)).isEqualTo(1);
    }

    private int builds() throws IOException {
        return Files.readAllLines(tree.resolve("builds")).size();
    }

    private void run(String command) throws Exception {
        assertThat(exit(command)).as(command).isZero();
    }

    private int exit(String command) throws Exception {
        List<String> words = List.of((tree + "/" + command).split(" "));
        ProcessBuilder script = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(tree.resolve("told").toFile());
        script.environment().put("PATH", tree.resolve("bin") + ":" + System.getenv("PATH"));
        script.environment().put("JAVA_HOME", tree.resolve("jdk").toString());
        int exit = script.start().waitFor();
        assertThat(exit).as(Files.readString(tree.resolve("told"))).isBetween(0, 1);
        return exit;
    }

    private void program(String name, String script) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
