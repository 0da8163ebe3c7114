package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.KafkaConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.ExitCode;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import dev.millrace.standalone.status.Status;
import dev.millrace.standalone.status.StatusJson;
import dev.millrace.standalone.status.StatusReader;
import dev.millrace.standalone.status.StatusText;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace status}: what waits, who works, and which policies are in force. */
@Command(
        name = "status",
        description =
                "Says what waits for each model, who works, which policies, ramps, tripped guards"
                        + " and pauses are in force, and which tenants are ahead of their pace.",
        footer = {
            "",
            "Exit code: 0 the cluster has answered, 2 wrong usage or configuration, 1 anything"
                    + " else."
        })
final class StatusCommand implements Callable<Integer> {
    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "The cluster; default: the kafka block of the configuration.")
    private @Nullable String bootstrapServer;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean asJson;

    StatusCommand() {}

    @Override
    public Integer call() {
        MillraceConfig config = config();
        Logging.quietConnections();
        Status status = new StatusReader(config, System::nanoTime).read();
        var out = Terminal.system().out();
        if (asJson) {
            out.println(StatusJson.of(status));
        } else {
            StatusText.of(status).forEach(out::println);
        }
        return ExitCode.OK;
    }

    /** With a cluster that was named, a configuration is read only if there is one. */
    private MillraceConfig config() {
        String servers = bootstrapServer;
        if (servers != null) {
            return configChoice.loadOrShipped().withKafka(KafkaConfig.of(servers));
        }
        MillraceConfig config = configChoice.load();
        if (config.kafka().isEmpty()) {
            throw UserError.usage(
                    "Which cluster? Name it with --bootstrap-server, or in the kafka block of "
                            + config.origin());
        }
        return config;
    }
}
