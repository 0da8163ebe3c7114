package dev.millrace.standalone.cli.control;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code millrace policy}: which models jobs get that leave the choice, while the router runs. */
@Command(
        name = "policy",
        description =
                "Shows and changes the policies of a running pipeline, or tries one on batch files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicyApplyCommand.class,
            PolicyShowCommand.class,
            PolicyDiffCommand.class,
            PolicyHistoryCommand.class,
            PolicyReportCommand.class,
            PolicyRollbackCommand.class,
            PolicyClearCommand.class,
            PolicySimulateCommand.class,
        })
public final class PolicyCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** Made by the command line. */
    public PolicyCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What shall be done with the policies? Name a command.");
    }
}
