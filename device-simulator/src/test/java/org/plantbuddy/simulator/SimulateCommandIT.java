package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.testing.MosquittoBroker;
import picocli.CommandLine;

class SimulateCommandIT {

    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private final StringWriter errors = new StringWriter();

    @Test
    void boardsOfACredentialsFilePublishForAsLongAsTold() throws Exception {
        Path credentials = Files.writeString(
                folder.resolve("boards"), "{\"username\": \"rick/01\", \"password\": \"secret\"}\n\n");
        try (MosquittoBroker broker = MosquittoBroker.start(folder, "rick/01", "rick/02");
                Subscriber subscriber = new Subscriber(broker, folder)) {
            assertThat(run("live --for 2s --interval 200ms --host 127.0.0.1 --port " + broker.port() + " --credentials "
                            + credentials))
                    .isZero();
            await().untilAsserted(() -> assertThat(subscriber.lines())
                    .anyMatch(line -> line.startsWith("plantbuddy/rick/01/light "))
                    .last()
                    .isEqualTo("plantbuddy/rick/01/status offline"));
        }
    }

    @Test
    void loadWritesItsLedger() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");
        Path ledger = folder.resolve("ledger");
        try (MosquittoBroker broker = MosquittoBroker.start(folder, "rick/01", "rick/02")) {
            assertThat(run("load --rate 200 --for 1s --username rick/01 --password-file " + password
                            + " --host 127.0.0.1 --port " + broker.port() + " --ledger " + ledger))
                    .isZero();
        }
        assertThat(Files.readAllLines(ledger))
                .filteredOn(line -> line.endsWith(" acknowledged rick/01"))
                .hasSize(200);
    }

    @Test
    void historyGoesToAFile() throws Exception {
        Path file = folder.resolve("history");
        assertThat(run("history rick 01 --integers --until 2026-11-24T12:00:00Z --output " + file))
                .isZero();
        assertThat(Files.readAllLines(file))
                .hasSize(14_400)
                .last()
                .matches(line -> line.matches("air_temp,user=rick,device_id=01 reading=\\d+i 1795521600000000000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "live",
                "live --username rick",
                "live --username rick/01 --password-file /nowhere/at/all",
                "live --username Rick/01 --password-file /dev/null",
                "live --port 99999 --username rick/01 --password-file /etc/hostname",
                "live --interval soon",
                "load --rate 0 --username rick/01 --password-file /etc/hostname",
                "history rick alerts",
                "history rick 01 --step 0s"
            })
    void wrongOptionsAreExplainedWithoutAStackTrace(String line) {
        assertThat(run(line)).isEqualTo(USAGE);
        assertThat(errors.toString()).isNotBlank().doesNotContain("\tat ");
    }

    private int run(String line) {
        return new CommandLine(new SimulateCommand())
                .setErr(new PrintWriter(errors))
                .execute(line.split(" "));
    }
}
