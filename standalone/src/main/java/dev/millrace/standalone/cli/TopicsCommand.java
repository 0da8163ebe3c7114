package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.KafkaClient;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.topic.TopicPlan;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.topics.TopicAdmin;
import dev.millrace.standalone.topics.TopicsApplied;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topics apply}: makes the cluster's topics as the configuration says. */
@Command(
        name = "topics",
        description = "Manages the topics of a cluster.",
        subcommands = TopicsCommand.Apply.class,
        synopsisSubcommandLabel = "COMMAND")
final class TopicsCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    TopicsCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What shall be done with the topics? Name a command.");
    }

    /** Creates and adjusts topics; again does nothing. */
    @Command(
            name = "apply",
            description =
                    "Creates the topics of all models in service and adjusts their settings. Doing it"
                            + " again does nothing.",
            footer = {
                "",
                "Exit code: 0 the topics are as they should be, 1 a change was refused or anything"
                        + " else, 2 wrong usage or configuration."
            })
    static final class Apply implements Callable<Integer> {
        private static final int CONNECT_MILLIS = 20_000;

        @Mixin private ConfigChoice configChoice = new ConfigChoice();

        Apply() {}

        @Override
        public Integer call() {
            MillraceConfig config = configChoice.load();
            var kafka =
                    config.kafka()
                            .orElseThrow(
                                    () ->
                                            UserError.usage(
                                                    config.origin()
                                                            + " names no cluster: add a kafka block"
                                                            + " with bootstrap.servers"));
            Logging.quietConnections();
            var client = KafkaClient.ADMIN.properties(kafka.properties());
            client.put("default.api.timeout.ms", CONNECT_MILLIS);
            client.put("request.timeout.ms", CONNECT_MILLIS);
            try (Admin admin = Admin.create(client)) {
                return print(new TopicAdmin(admin).apply(TopicPlan.of(config)));
            }
        }

        private static int print(TopicsApplied applied) {
            var out = Terminal.system().out();
            applied.created().forEach(name -> out.println("created   " + name));
            applied.changed()
                    .forEach((name, change) -> out.println("changed   " + name + ": " + change));
            applied.unchanged().forEach(name -> out.println("unchanged " + name));
            applied.refused()
                    .forEach((name, reason) -> out.println("refused   " + name + ": " + reason));
            return applied.refused().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
