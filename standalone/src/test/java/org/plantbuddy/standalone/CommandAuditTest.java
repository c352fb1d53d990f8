package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.plantbuddy.config.Config;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

class CommandAuditTest {

    @Command(name = "plantbuddy")
    static final class Plantbuddy {

        @Command(name = "restore")
        int restore(@Option(names = "--fail") boolean fail) {
            if (fail) {
                throw new IllegalStateException("the passphrase is wrong");
            }
            return 3;
        }
    }

    /** With a key that is not known there are no accounts to write the audit into. */
    private static final CommandAudit WITHOUT_CONFIGURATION = new CommandAudit(() -> {
        Config.load(Map.of("PLANTBUDDY_NOTHING", "1"));
        throw new AssertionError("the configuration is wrong");
    });

    @Test
    void wrongConfigurationTakesNotThePlaceOfWhatTheCommandSays() {
        ParseResult fails = new CommandLine(new Plantbuddy()).parseArgs("restore", "--fail");
        assertThatThrownBy(() -> WITHOUT_CONFIGURATION.run(fails))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("the passphrase is wrong");

        ParseResult ends = new CommandLine(new Plantbuddy()).parseArgs("restore");
        assertThat(WITHOUT_CONFIGURATION.run(ends)).isEqualTo(3);
    }
}
