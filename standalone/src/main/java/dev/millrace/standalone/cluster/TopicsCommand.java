package dev.millrace.standalone.cluster;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.standalone.client.BrokerProbe;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.option.CommandGroup;
import dev.millrace.standalone.option.ConfigOption;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topics}: manages the topics of a cluster. */
@Command(
        name = "topics",
        description = "Manages the topics of a cluster.",
        subcommands = TopicsCommand.Apply.class,
        synopsisSubcommandLabel = "COMMAND")
public final class TopicsCommand extends CommandGroup {
    /** {@code millrace topics apply}: creates topics and adjusts their settings; idempotent. */
    @Command(
            name = "apply",
            description =
                    "Creates the topics of all models in service and adjusts their settings."
                            + " Repeating it is harmless.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:all topics match the configuration",
                "1:a change was refused, or the command failed",
                "2:wrong usage or configuration"
            })
    static final class Apply implements Callable<Integer> {
        private static final int CONNECT_MILLIS = 20_000;

        @Mixin private ConfigOption configOption = new ConfigOption();

        Apply() {}

        @Override
        public Integer call() {
            MillraceConfig config = configOption.load();
            var kafka =
                    config.kafka()
                            .orElseThrow(
                                    () ->
                                            UserError.usage(
                                                    config.origin()
                                                            + " has no kafka block. Add one with"
                                                            + " bootstrap.servers"));
            Logging.quietConnections();
            var client = KafkaClient.ADMIN.properties(BrokerProbe.requireKafka(kafka).properties());
            client.put("default.api.timeout.ms", CONNECT_MILLIS);
            client.put("request.timeout.ms", CONNECT_MILLIS);
            try (Admin admin = Admin.create(client)) {
                return print(new TopicAdmin(admin).apply(TopicPlan.of(config)));
            } catch (TopicAdminException e) {
                throw e.getCause() instanceof TimeoutException
                        ? UserError.failure(
                                "The cluster "
                                        + kafka.bootstrapServers()
                                        + " does not answer: "
                                        + e.getMessage())
                        : e;
            }
        }

        private static int print(TopicApplyResult result) {
            var out = Terminal.system().out();
            result.created().forEach(name -> out.println("created   " + name));
            result.changed()
                    .forEach((name, change) -> out.println("changed   " + name + ": " + change));
            result.unchanged().forEach(name -> out.println("unchanged " + name));
            result.refused()
                    .forEach((name, reason) -> out.println("refused   " + name + ": " + reason));
            return result.refused().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
        }
    }
}
