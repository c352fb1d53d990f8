package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.TlsFolder;
import picocli.CommandLine;

class TlsCommandTest {

    @TempDir
    Path data;

    private final Map<String, String> environment = new TreeMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void here() {
        environment.put("PLANTBUDDY_DATA", data.toString());
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commands(environment);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private TlsFolder own() {
        return new TlsFolder(data.resolve("tls"));
    }

    @Test
    void renewalKeepsNamesAndAuthorityAndOthersCanBeNamed() throws Exception {
        assertThat(run("tls", "init", "--host", "plants.example", "--host", "192.168.1.10"))
                .isZero();
        assertThat(out.toString()).contains("hosts    plants.example, 192.168.1.10", "days     396");
        String authority = Files.readString(data.resolve("tls/ca.pem"));
        String serial = own().read(Clock.systemUTC()).serial();
        assertThat(run("tls", "renew")).isZero();
        assertThat(own().hosts()).containsExactly("plants.example", "192.168.1.10");
        assertThat(own().read(Clock.systemUTC()).serial()).isNotEqualTo(serial);
        assertThat(run("tls", "renew", "--host", "other.example")).isZero();
        assertThat(own().hosts()).containsExactly("other.example");
        assertThat(data.resolve("tls/ca.pem")).hasContent(authority);
        assertThat(run("tls", "show", "--json")).isZero();
        assertThat(out.toString()).contains("\"hosts\":[\"other.example\"]", "\"ca\":");
        assertThat(out.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void whatIsThereIsNotMadeAgain() throws Exception {
        Files.createDirectory(data.resolve("tls")); // as volumes are
        Files.createDirectory(data.resolve("tls-ca"));
        assertThat(run("tls", "init", "--if-missing")).isZero();
        assertThat(own().hosts()).contains("localhost", "127.0.0.1");
        String serial = own().read(Clock.systemUTC()).serial();
        assertThat(run("tls", "init", "--if-missing")).isZero();
        assertThat(own().read(Clock.systemUTC()).serial()).isEqualTo(serial);
        assertThat(run("tls", "init")).isOne();
        assertThat(err.toString()).contains("there is an authority", "plantbuddy tls renew");
    }

    @Test
    void folderOfTheOperatorsIsCheckedAndNeverWritten() throws Exception {
        Path theirs = Files.createDirectory(data.resolve("theirs"));
        environment.put("PLANTBUDDY_TLS_FOLDER", theirs.toString());
        for (List<String> command :
                List.of(List.of("tls", "init"), List.of("tls", "init", "--if-missing"), List.of("tls", "renew"))) {
            assertThat(run(command.toArray(String[]::new))).as("%s", command).isOne();
            assertThat(err.toString()).contains(theirs.toString());
        }
        assertThat(theirs).isEmptyDirectory();
        assertThat(data.resolve("tls")).doesNotExist();
    }

    @Test
    void whatIsNoHostIsRefusedAndNothingIsMade() {
        for (String host : new String[] {"a b", "", "x\ny", "-x", "a,CN=b"}) {
            assertThat(run("tls", "init", "--host", host)).as(host).isOne();
            assertThat(err.toString()).contains("is no name or address of a machine");
        }
        assertThat(data.resolve("tls")).doesNotExist();
    }

    @Test
    void certificateOfABoardNeedsTheBoard() {
        assertThat(run("tls", "init")).isZero();
        Config config = Config.load(Map.of()).with(Map.of(Key.DATA, data.toString()));
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            accounts.users().add("rick", "correct horse");
            Path folder = data.resolve("board");
            assertThat(run("tls", "board", "rick", "01", folder.toString())).isOne();
            assertThat(err.toString()).contains("no board 'rick/01'", "plantbuddy device add rick 01");
            accounts.devices().add("rick", "01");
            assertThat(run("tls", "board", "rick", "01", folder.toString())).isZero();
            assertThat(new TlsFolder(folder)
                            .read(Clock.systemUTC())
                            .certificate()
                            .getSubjectX500Principal()
                            .getName())
                    .isEqualTo("CN=rick/01");
            assertThat(run("tls", "board", "rick", "01", folder.toString())).isOne();
        }
    }
}
