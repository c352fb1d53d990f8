package org.plantbuddy.operations.backup;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a backup's passphrase comes from: the first line of a file, or asked for without an echo; never an argument. */
public final class Passphrase {

    private static final int FEWEST = 16;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "read the passphrase from the first line of this file; else it is asked for")
    private @Nullable Path file;

    /** The passphrase of a backup that exists. */
    public Secret read() {
        return file == null ? new Secret(ask("passphrase: ")) : ofFile(file);
    }

    /** A passphrase for a new one, asked for twice. */
    Secret choose() {
        Secret chosen = read();
        if (chosen.text().length() < FEWEST) {
            throw new BackupException(
                    "the passphrase has " + chosen.text().length() + " characters, and needs " + FEWEST
                            + ": whoever has the file can try as many as they like. `openssl rand -base64 24` makes"
                            + " one");
        }
        if (file == null && !chosen.text().equals(ask("once more: "))) {
            throw new BackupException("the two passphrases differ; nothing was written");
        }
        return chosen;
    }

    private static Secret ofFile(Path file) {
        try {
            return new Secret(
                    Files.readString(file).lines().findFirst().orElse("").strip());
        } catch (IOException e) {
            throw new BackupException("--passphrase-file " + file + " cannot be read: " + e, e);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // it is null on the Java 17 that this runs on
    private String ask(String prompt) {
        @Nullable Console console = System.console();
        if (console == null) {
            throw new ParameterException(
                    spec.commandLine(), "there is no terminal to ask for the passphrase: use --passphrase-file");
        }
        char @Nullable [] typed = console.readPassword("%s", prompt);
        String text = typed == null ? "" : new String(typed);
        if (typed != null) {
            Arrays.fill(typed, ' ');
        }
        return text;
    }
}
