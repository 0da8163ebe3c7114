package dev.millrace.standalone.cli.control;

import dev.millrace.standalone.console.UserError;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace policy}: which models jobs get that leave the choice, while the router runs. */
@Command(
        name = "policy",
        description = "Shows and changes the policies of a running pipeline.",
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
public final class PolicyCommand implements Callable<Integer> {
    /** Made by the command line. */
    public PolicyCommand() {}

    @Override
    public Integer call() {
        throw UserError.usage(
                "What shall be done with the policies? \"millrace policy apply\", show, diff,"
                        + " history, report, rollback, clear or simulate");
    }
}
