package org.plantbuddy.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some faults, each twice (rotations, which wait, once), short, on an installation of their own. {@code end-to-end/faults} runs the full counts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultsInShort {

    private static final int TIMES = 2;

    private final Predicate<Fault> which;
    private Fleet fleet;
    private Rounds rounds;

    FaultsInShort(Predicate<Fault> which) {
        this.which = which;
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        fleet = Fleet.start(folder, 2);
        rounds = new Rounds(fleet, System.out::println);
    }

    @AfterAll
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    Stream<Fault> faults() {
        return Catalogue.usual().stream().map(Catalogue::inShort).filter(which);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everythingAcknowledgedIsStoredOnce(Fault fault) throws Exception {
        assertThat(rounds.run(fault, fault instanceof SecretsRotated ? 1 : TIMES))
                .allMatch(outcome -> outcome.isKept(fault));
    }
}
