package org.plantbuddy.simulator;

import picocli.CommandLine.Command;

/** {@code plantbuddy simulate}: add it to a {@code CommandLine} as a subcommand. */
@Command(
        name = "simulate",
        description = "Boards with plants that dry out.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(live | history | load)",
        subcommands = {LiveCommand.class, HistoryCommand.class, LoadCommand.class})
public final class SimulateCommand {}
