package org.plantbuddy.boards.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardFilesTest {

    private static final String PEM = "-----BEGIN CERTIFICATE-----\nMIIB+/==\n-----END CERTIFICATE-----";
    private static final String PASSWORD = "pb_x\"\\'?y";

    @TempDir
    Path folder;

    @Test
    void eachFileKnowsBrokerAndBoardAndAsksForNothingMore() {
        for (Optional<String> authority :
                List.of(Optional.<String>empty(), Optional.of(""), Optional.of("of: me\n" + PEM))) {
            List<BoardFile> files = BoardFiles.of(connection(authority));
            assertThat(files)
                    .extracting(BoardFile::title)
                    .containsExactly("Arduino", "ESPHome", "MicroPython", "Python", "Command line");
            assertThat(files)
                    .allSatisfy(file -> assertThat(file.text())
                            .contains("plants.example.org", "1883", "rick", "01")
                            .doesNotContain("{{", "of: me"));
        }
    }

    @Test
    void certificateIsInThoseThatNeedIt() {
        assertThat(BoardFiles.of(connection(Optional.of(PEM))).subList(1, 4))
                .allSatisfy(file -> assertThat(file.text()).contains("MIIB+/=="));
        assertThat(text("ESPHome", Optional.of(PEM)))
                .contains("  certificate_authority: |\n    -----BEGIN CERTIFICATE-----\n    MIIB+/==\n    -----END");
        assertThat(text("Python", Optional.of("")))
                .contains("ssl.create_default_context()")
                .doesNotContain("cadata");
        assertThat(text("Python", Optional.empty())).doesNotContain("ssl");
    }

    @Test
    void commandIsOneLineThatTheShellTakesAsItIs() {
        assertThat(text("Command line", Optional.empty()))
                .isEqualTo("mosquitto_pub -h plants.example.org -p 1883 -q 1 -u rick/01 -P 'pb_x\"\\'\\''?y'"
                        + " -t plantbuddy/rick/01/soil_moisture -m 42\n");
        assertThat(text("Command line", Optional.of(""))).contains(" --tls-use-os-certs ");
        assertThat(text("Command line", Optional.of(PEM))).contains(" --cafile ca.pem ");
    }

    @Test
    void lineForAPictureIsAUrl() {
        assertThat(connection(Optional.of("")).url())
                .isEqualTo("mqtts://rick%2F01:pb_x%22%5C%27%3Fy@plants.example.org:1883/plantbuddy/rick/01");
        assertThat(new Connection("::1", 1883, Optional.empty(), "rick", "01", "pb").url())
                .isEqualTo("mqtt://rick%2F01:pb@[::1]:1883/plantbuddy/rick/01");
    }

    @Test
    void passwordIsInNoText() {
        assertThat(connection(Optional.empty()).toString()).doesNotContain("pb_");
        assertThat(BoardFiles.of(connection(Optional.empty())).toString()).doesNotContain("pb_");
    }

    /** Syntax only: nothing is run. */
    @Test
    void pythonFindsNoFaultInItsFiles() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "no Python on this machine");
        for (String title : List.of("Python", "MicroPython")) {
            for (Optional<String> authority : List.of(Optional.<String>empty(), Optional.of(""), Optional.of(PEM))) {
                Path file = Files.writeString(folder.resolve("program.py"), text(title, authority));
                Process python = new ProcessBuilder(
                                "/usr/bin/python3",
                                "-c",
                                "import ast,sys; ast.parse(open(sys.argv[1]).read())",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
                String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(python.waitFor()).as(output).isZero();
            }
        }
    }

    private static String text(String title, Optional<String> authority) {
        return BoardFiles.of(connection(authority)).stream()
                .filter(file -> file.title().equals(title))
                .findFirst()
                .orElseThrow()
                .text();
    }

    private static Connection connection(Optional<String> authority) {
        return new Connection("plants.example.org", 1883, authority, "rick", "01", PASSWORD);
    }
}
