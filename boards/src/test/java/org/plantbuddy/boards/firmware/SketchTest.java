package org.plantbuddy.boards.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.topic.InvalidNameException;

class SketchTest {

    private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB+/==\n-----END CERTIFICATE-----\n";
    private static final String TOKEN = "pb_x\"\\??/y";

    @TempDir
    Path folder;

    @Test
    void knowsItsBrokerAndItsBoard() {
        String sketch = render("plants.example.org", 8883, Optional.empty());
        assertThat(sketch)
                .contains("#define BROKER_HOST \"plants.example.org\"\n")
                .contains("#define BROKER_PORT 8883\n")
                .contains("#define BUDDY_USER \"rick\"\n")
                .contains("#define BUDDY_DEVICE \"01\"\n")
                .contains("#define BUDDY_TOKEN \"pb_x\\\"\\\\\\?\\?/y\"\n")
                .doesNotContain("arduino_secrets.h\"");
    }

    @Test
    void knowsWhoSignedTheBrokersCertificate() {
        assertThat(render("h", 8883, Optional.of("who: me\n" + PEM)))
                .contains("#define BROKER_TLS 1\n")
                .contains("#define BROKER_CA \\\n  \"-----BEGIN CERTIFICATE-----\\n\" \\\n  \"MIIB+/==\\n\"")
                .doesNotContain("who: me");
        assertThat(render("h", 8883, Optional.of("")))
                .contains("#define BROKER_TLS 1\n")
                .contains("#define BROKER_CA \"\"\n");
        assertThat(render("h", 1883, Optional.empty())).contains("#define BROKER_TLS 0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "x\"; bad", "x\n#define Y", "höst"})
    void refusesWhatIsNoHost(String host) {
        assertThatThrownBy(() -> render(host, 1883, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNamesAndTokensThatCouldLeaveTheirString() {
        assertThatThrownBy(() -> new Connection("h", 1883, Optional.empty(), "rick\"", "01", TOKEN))
                .isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Connection("h", 1883, Optional.empty(), "rick", "alerts", TOKEN))
                .isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Connection("h", 0, Optional.empty(), "rick", "01", TOKEN))
                .hasMessageContaining("port");
        assertThatThrownBy(() -> new Connection("h", 1883, Optional.empty(), "rick", "01", "a\nb"))
                .message()
                .doesNotContain("a\nb");
    }

    /** Syntax and types only, against declarations that stand in for Arduino's: no board, nothing is run. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-DARDUINO_ARCH_ESP32", "-DARDUINO_ARCH_ESP8266", "-DARDUINO_UNOWIFIR4", "-DHAS_DHT=0"})
    void compilerFindsNoFaultInTheRenderedSketch(String board) throws IOException, InterruptedException {
        assumeTrue(isThere("g++"), "no C++ compiler on this machine");
        for (Optional<String> authority : List.of(Optional.<String>empty(), Optional.of(PEM))) {
            Path source = folder.resolve("PlantBuddy.cpp");
            Files.writeString(source, "#include <Arduino.h>\n" + prototypes() + render("h", 1883, authority));
            assertCompiles(source, board);
        }
    }

    private static String render(String host, int port, Optional<String> authority) {
        return Sketch.render(new Connection(host, port, authority, "rick", "01", TOKEN));
    }

    private static void assertCompiles(Path source, String board) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "g++",
                "-std=c++11",
                "-fsyntax-only",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-isystem",
                Path.of("src/test/resources/arduino-stubs").toAbsolutePath().toString(),
                source.toString()));
        if (!board.isEmpty()) {
            command.add(board);
        }
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(output).isZero();
    }

    /** Arduino declares a sketch's functions before it compiles it. */
    private static String prototypes() {
        return """
            void measureWhenDue();
            bool isWifiUp();
            bool isBrokerThere();
            void sendOneReading();
            bool publish(const char *topic, const char *payload, bool retained);
            """;
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            Process asked = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            asked.getInputStream().readAllBytes();
            return asked.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
