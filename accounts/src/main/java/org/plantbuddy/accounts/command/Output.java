package org.plantbuddy.accounts.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a command prints: lines for people or, with {@code --json}, one JSON value for scripts. */
public final class Output {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Replaced by picocli with the spec of the command this is mixed into. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print JSON, for scripts")
    private boolean json;

    /** Prints one of the two. */
    public void print(Object forScripts, String... forPeople) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(text(forScripts));
        } else {
            for (String line : forPeople) {
                out.println(line);
            }
        }
        out.flush();
    }

    /** A line for people who wait; scripts are not told. */
    void progress(String line) {
        if (!json) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(line);
            err.flush();
        }
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records and maps can always be written as JSON", e);
        }
    }
}
