package org.plantbuddy.accounts.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a password comes from: asked for without an echo, or the first line of standard input; never an argument. */
final class PasswordInput {

    /** What a decoder leaves where it could not read. */
    private static final char UNREADABLE = '\uFFFD';

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--password-stdin", description = "read the password from the first line of standard input")
    private boolean fromStandardInput;

    String read() {
        String password = fromStandardInput ? firstLine() : ask();
        if (password.indexOf(UNREADABLE) >= 0) {
            throw new AccountException(
                    "the password has characters that did not arrive whole, so it could never be given"
                            + " again; use a UTF-8 terminal (LANG=C.UTF-8), or --password-stdin with UTF-8");
        }
        return password;
    }

    private String firstLine() {
        // UTF-8 whatever the locale: it is what the page and MQTT compare with. Not closed: it is not this command's.
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            @Nullable String line = in.readLine();
            if (line == null) {
                throw new AccountException("there is no password on standard input; nothing was changed");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // it is null on the Java 17 that this runs on
    private String ask() {
        @Nullable Console console = System.console();
        if (console == null) {
            throw new ParameterException(
                    spec.commandLine(), "there is no terminal to ask for the password: use --password-stdin");
        }
        char[] once = console.readPassword("password: ");
        char[] again = console.readPassword("once more: ");
        if (once == null || !Arrays.equals(once, again)) {
            throw new AccountException("the two passwords differ; nothing was changed");
        }
        return new String(once);
    }
}
