package dev.millrace.standalone.cli;

import dev.millrace.standalone.cli.batch.RunCommand;
import dev.millrace.standalone.cli.batch.SubmitCommand;
import dev.millrace.standalone.cli.cache.CacheCommand;
import dev.millrace.standalone.cli.catalog.CatalogCommand;
import dev.millrace.standalone.cli.cluster.BreakerCommand;
import dev.millrace.standalone.cli.cluster.BudgetCommand;
import dev.millrace.standalone.cli.cluster.CancelCommand;
import dev.millrace.standalone.cli.cluster.PauseCommand;
import dev.millrace.standalone.cli.cluster.ResumeCommand;
import dev.millrace.standalone.cli.cluster.RightsCommand;
import dev.millrace.standalone.cli.cluster.TopicsCommand;
import dev.millrace.standalone.cli.documents.DocumentsCommand;
import dev.millrace.standalone.cli.key.KeysCommand;
import dev.millrace.standalone.cli.options.ResendOption;
import dev.millrace.standalone.cli.options.ServiceDirectoryOption;
import dev.millrace.standalone.cli.policy.PolicyCommand;
import dev.millrace.standalone.cli.results.CostsCommand;
import dev.millrace.standalone.cli.results.DeadLettersCommand;
import dev.millrace.standalone.cli.results.ForgetCommand;
import dev.millrace.standalone.cli.results.ResultsCommand;
import dev.millrace.standalone.cli.results.RetryCommand;
import dev.millrace.standalone.cli.service.HealthCommand;
import dev.millrace.standalone.cli.service.ServiceCommand;
import dev.millrace.standalone.cli.service.SimulatorCommand;
import dev.millrace.standalone.cli.service.UpCommand;
import dev.millrace.standalone.cli.status.StatusCommand;
import dev.millrace.standalone.cli.webhook.WebhooksCommand;
import dev.millrace.standalone.pipeline.PipelinePart;
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
            "In a checkout, ./millrace test runs all tests and ./millrace bench measures"
                    + " performance; see docs/commands.md."
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
        var line =
                new CommandLine(new Commands())
                        .addSubcommand(
                                "router",
                                service(PipelinePart.ROUTER, "Routes requests to the models."))
                        .addSubcommand(
                                "worker", service(PipelinePart.WORKER, "Calls the providers."))
                        .addSubcommand(
                                "sink",
                                service(
                                        PipelinePart.SINK,
                                        "Stores results and costs in a database."))
                        .addSubcommand(
                                "retrieval",
                                service(
                                        PipelinePart.RETRIEVAL,
                                        "Finds passages of documents for the jobs that ask for"
                                                + " them."))
                        .addSubcommand(
                                "gateway",
                                service(
                                        PipelinePart.GATEWAY,
                                        "Answers clients of OpenAI and Anthropic over HTTP."));
        addHelp(line);
        return line;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getSubcommands().values().forEach(Commands::addHelp);
    }

    private static CommandLine service(PipelinePart part, String description) {
        var resendOption = new ResendOption();
        var directoryOption = new ServiceDirectoryOption();
        var line = new CommandLine(new ServiceCommand(part, resendOption, directoryOption));
        if (part == PipelinePart.WORKER) {
            line.addMixin("resend", resendOption);
        } else if (part != PipelinePart.GATEWAY && part != PipelinePart.RETRIEVAL) {
            line.addMixin("directory", directoryOption);
        }
        line.getCommandSpec()
                .usageMessage()
                .description(description + " Runs as one process of a pipeline on a cluster.");
        return line;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }
}
