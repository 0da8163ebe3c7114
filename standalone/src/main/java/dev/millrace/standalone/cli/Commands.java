package dev.millrace.standalone.cli;

import dev.millrace.standalone.cli.control.CancelCommand;
import dev.millrace.standalone.cli.control.PauseCommand;
import dev.millrace.standalone.cli.control.PolicyCommand;
import dev.millrace.standalone.cli.control.ResumeCommand;
import dev.millrace.standalone.pipeline.Part;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands. */
@Command(
        name = "millrace",
        versionProvider = Version.class,
        description = "Takes batches of model calls through Kafka to their results.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            InitCommand.class,
            CheckCommand.class,
            UpCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            TopicsCommand.class,
            PolicyCommand.class,
            CancelCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            SimulatorCommand.class,
            WarmUpCommand.class,
        },
        footer = {
            "",
            "In a checkout, ./millrace test runs all tests, and ./millrace bench measures; see"
                    + " docs/commands.md."
        })
public final class Commands implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private Commands() {}

    /** Runs one command and returns its exit code. */
    public static int execute(String... arguments) {
        var failures = new Failures();
        return line().setExecutionExceptionHandler(failures)
                .setExitCodeExceptionMapper(failures)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    /** All commands with their options. */
    static CommandLine line() {
        var line =
                new CommandLine(new Commands())
                        .addSubcommand(
                                "router", service(Part.ROUTER, "Routes requests to the models."))
                        .addSubcommand("worker", service(Part.WORKER, "Calls the providers."))
                        .addSubcommand(
                                "sink",
                                service(Part.SINK, "Keeps results and costs in a database."));
        addHelp(line);
        return line;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getSubcommands().values().forEach(Commands::addHelp);
    }

    private static CommandLine service(Part part, String description) {
        var resendChoice = new ResendChoice();
        var folder = new ServiceFolder();
        var line = new CommandLine(new ServiceCommand(part, resendChoice, folder));
        if (part == Part.WORKER) {
            line.addMixin("resend", resendChoice);
        } else {
            line.addMixin("folder", folder);
        }
        line.getCommandSpec()
                .usageMessage()
                .description(description + " One process of a pipeline on a cluster.");
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What shall Millrace do? Name a command.");
    }
}
