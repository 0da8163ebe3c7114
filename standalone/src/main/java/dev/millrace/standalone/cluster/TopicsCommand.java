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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topics}: manages the topics of a cluster. */
@Command(
        name = "topics",
        description = "Manages the topics of a cluster.",
        subcommands = {TopicsCommand.Apply.class, TopicsCommand.Check.class},
        synopsisSubcommandLabel = "COMMAND")
public final class TopicsCommand extends CommandGroup {
    private static final int CONNECT_MILLIS = 20_000;

    /** Uses the cluster of a configuration; each request has the time of a connection. */
    private static int onCluster(MillraceConfig config, ToIntFunction<Admin> use) {
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
            return use.applyAsInt(admin);
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
        @Mixin private ConfigOption configOption = new ConfigOption();

        Apply() {}

        @Override
        public Integer call() {
            MillraceConfig config = configOption.load();
            return onCluster(
                    config, admin -> print(new TopicAdmin(admin).apply(TopicPlan.of(config))));
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

    /** {@code millrace topics check}: says whether a cluster offers what a pipeline needs. */
    @Command(
            name = "check",
            description = {
                "Tries whether a cluster offers what a pipeline needs, on a topic and a group of its"
                        + " own, which it deletes.",
                "Each line begins with ok, limited (services work, but worse), missing (some do not"
                        + " work) or unknown."
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:nothing is missing",
                "1:the cluster cannot be asked",
                "2:wrong usage or configuration",
                "3:something is missing, or nothing could be tried"
            })
    static final class Check implements Callable<Integer> {
        @Mixin private ConfigOption configOption = new ConfigOption();

        Check() {}

        @Override
        public Integer call() {
            MillraceConfig config = configOption.loadWithoutKeys();
            Logging.quietClients();
            return onCluster(config, admin -> print(new ClusterCheck(admin, config)));
        }

        private static int print(ClusterCheck check) {
            var out = Terminal.system().out();
            List<NeedResult> results = check.run();
            results.forEach(it -> out.println(it.line()));
            check.leftOver().ifPresent(it -> out.println("left over: " + it));
            return results.stream().anyMatch(NeedResult::isFailure)
                    ? ExitCode.SOME_FAILED
                    : ExitCode.OK;
        }
    }
}
