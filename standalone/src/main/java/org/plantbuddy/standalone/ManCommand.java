package org.plantbuddy.standalone;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plantbuddy man}: the manual page, made of what {@code --help} tells of each command. */
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        description = "Print the manual page: plantbuddy man > plantbuddy.1")
final class ManCommand implements Runnable {

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = root.getOut();
        out.println(".TH PLANTBUDDY 1 \"\" \"" + escaped(root.getCommandSpec().version()[0]) + "\"");
        out.println(".SH NAME");
        out.println("plantbuddy \\- "
                + escaped(String.join(" ", root.getCommandSpec().usageMessage().description())));
        out.println(".SH SYNOPSIS");
        out.println(".B plantbuddy\nCOMMAND [OPTIONS]");
        out.println(".SH COMMANDS");
        root.getSubcommands().values().forEach(command -> command(out, command));
        out.println(".SH FILES");
        out.println("docs/operations.md, docs/configuration.md");
        out.flush();
    }

    private static void command(PrintWriter out, CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        if (command.usageMessage().hidden()) {
            return;
        }
        if (line.getSubcommands().isEmpty()) {
            out.println(".SS " + escaped(synopsis(command)));
            out.println(escaped(String.join(" ", command.usageMessage().description())));
            command.positionalParameters().forEach(one -> argument(out, one.paramLabel(), one));
            command.options().stream()
                    .filter(one -> !one.hidden() && !one.usageHelp() && !one.versionHelp())
                    .forEach(one -> argument(out, String.join(", ", one.names()) + label(one), one));
        }
        line.getSubcommands().values().forEach(inner -> command(out, inner));
    }

    private static String synopsis(CommandSpec command) {
        StringBuilder text = new StringBuilder(command.qualifiedName());
        command.positionalParameters().forEach(one -> text.append(' ').append(one.paramLabel()));
        return text.toString();
    }

    private static String label(ArgSpec one) {
        return one.arity().max() > 0 ? "=" + one.paramLabel() : "";
    }

    private static void argument(PrintWriter out, String name, ArgSpec one) {
        if (one.description().length > 0) {
            out.println(".TP");
            out.println(".B " + escaped(name));
            String described = String.join(" ", one.description());
            out.println(escaped(described.replace("${DEFAULT-VALUE}", one.defaultValueString(true))));
        }
    }

    /** Nothing of it may be taken for a request of roff. */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
