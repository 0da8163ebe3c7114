package dev.millrace.standalone.cli;

import dev.millrace.standalone.audit.AuditCommand;
import dev.millrace.standalone.batch.SubmitCommand;
import dev.millrace.standalone.budget.BudgetCommand;
import dev.millrace.standalone.cache.CacheCommand;
import dev.millrace.standalone.catalog.CatalogCommand;
import dev.millrace.standalone.check.CheckCommand;
import dev.millrace.standalone.cluster.RightsCommand;
import dev.millrace.standalone.cluster.TopicsCommand;
import dev.millrace.standalone.control.BreakerCommand;
import dev.millrace.standalone.control.CancelCommand;
import dev.millrace.standalone.control.PauseCommand;
import dev.millrace.standalone.control.ResumeCommand;
import dev.millrace.standalone.deadletter.DeadLettersCommand;
import dev.millrace.standalone.document.DocumentsCommand;
import dev.millrace.standalone.erasure.ForgetCommand;
import dev.millrace.standalone.key.KeysCommand;
import dev.millrace.standalone.ops.HealthCommand;
import dev.millrace.standalone.pipeline.PipelinePart;
import dev.millrace.standalone.pipeline.ResendOption;
import dev.millrace.standalone.pipeline.ServiceCommand;
import dev.millrace.standalone.pipeline.ServiceDirectoryOption;
import dev.millrace.standalone.pipeline.UpCommand;
import dev.millrace.standalone.policy.PolicyCommand;
import dev.millrace.standalone.result.CostsCommand;
import dev.millrace.standalone.result.ResultsCommand;
import dev.millrace.standalone.retry.RetryCommand;
import dev.millrace.standalone.run.RunCommand;
import dev.millrace.standalone.simulator.SimulatorCommand;
import dev.millrace.standalone.status.StatusCommand;
import dev.millrace.standalone.webhook.WebhooksCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code millrace} command with all its subcommands. */
@Command(
        name = "millrace",
        versionProvider = VersionProvider.class,
        description = "Runs batches of model calls through Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            InitCommand.class,
            CheckCommand.class,
            AuditCommand.class,
            CatalogCommand.class,
            UpCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            ResultsCommand.class,
            RetryCommand.class,
            CostsCommand.class,
            DeadLettersCommand.class,
            WebhooksCommand.class,
            ForgetCommand.class,
            TopicsCommand.class,
            RightsCommand.class,
            PolicyCommand.class,
            CancelCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            BreakerCommand.class,
            CacheCommand.class,
            DocumentsCommand.class,
            BudgetCommand.class,
            KeysCommand.class,
            HealthCommand.class,
            SimulatorCommand.class,
            WarmUpCommand.class,
        },
        footer = {
            "",
            "In a checkout, ./millrace test runs all tests, ./millrace bench measures performance,"
                    + " and ./millrace package makes packages; see docs/commands.md."
        })
public final class Commands implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private Commands() {}

    /** Runs one command and returns its exit code. */
    public static int execute(String... arguments) {
        var errorHandler = new CommandErrorHandler();
        return line().setExecutionExceptionHandler(errorHandler)
                .setExitCodeExceptionMapper(errorHandler)
                .setUsageHelpAutoWidth(true)
                .execute(arguments);
    }

    /** Returns all commands with their options. */
    public static CommandLine line() {
        var line = new CommandLine(new Commands());
        PipelinePart.ofClusters().forEach(it -> line.addSubcommand(it.word(), service(it)));
        addHelp(line);
        return line;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getSubcommands().values().forEach(Commands::addHelp);
    }

    private static CommandLine service(PipelinePart part) {
        var resendOption = new ResendOption();
        var directoryOption = new ServiceDirectoryOption();
        var line = new CommandLine(new ServiceCommand(part, resendOption, directoryOption));
        if (part == PipelinePart.WORKER || part == PipelinePart.ROUTER) {
            line.addMixin("resend", resendOption);
        }
        if (part == PipelinePart.ROUTER || part == PipelinePart.SINK) {
            line.addMixin("directory", directoryOption);
        }
        line.getCommandSpec()
                .usageMessage()
                .description(part.task() + " Runs as one process of a pipeline on a cluster.");
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }
}
