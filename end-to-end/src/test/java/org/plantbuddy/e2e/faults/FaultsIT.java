package org.plantbuddy.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault, twice, short. {@code end-to-end/faults} runs the full counts. */
class FaultsIT {

    private static final int TIMES = 2;

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Rounds rounds;

    @BeforeAll
    static void start() throws Exception {
        fleet = Fleet.start(folder, 2);
        rounds = new Rounds(fleet, System.out::println);
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    static Stream<Fault> faults() {
        return Catalogue.usual().stream().map(Catalogue::inShort);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everythingAcknowledgedIsStoredOnce(Fault fault) throws Exception {
        assertThat(rounds.run(fault, TIMES)).allMatch(outcome -> outcome.isKept(fault));
    }
}
