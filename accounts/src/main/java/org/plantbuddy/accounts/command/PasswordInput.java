package org.plantbuddy.accounts.command;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a password comes from: asked for without an echo, or the first line of standard input; never an argument. */
final class PasswordInput {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--password-stdin", description = "read the password from the first line of standard input")
    private boolean fromStandardInput;

    String read() {
        return fromStandardInput ? firstLine() : ask();
    }

    private String firstLine() {
        // Not closed: standard input is not this command's.
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            @Nullable String line = in.readLine();
            if (line == null) {
                throw new ParameterException(spec.commandLine(), "no password on standard input");
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
            throw new ParameterException(spec.commandLine(), "the two passwords differ; nothing was changed");
        }
        return new String(once);
    }
}
