package dev.millrace.standalone.policy;

import dev.millrace.standalone.forecast.PolicySimulateCommand;
import dev.millrace.standalone.option.CommandGroup;
import picocli.CommandLine.Command;

/** {@code millrace policy}: groups the commands on routing policies. */
@Command(
        name = "policy",
        description =
                "Shows and changes the policies of a running pipeline, or simulates one on batch"
                        + " files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PolicyApplyCommand.class,
            PolicyShowCommand.class,
            PolicyDiffCommand.class,
            PolicyHistoryCommand.class,
            PolicyRollbackCommand.class,
            PolicyClearCommand.class,
            PolicySimulateCommand.class,
        })
public final class PolicyCommand extends CommandGroup {}
