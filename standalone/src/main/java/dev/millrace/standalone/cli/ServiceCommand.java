package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Part;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace router}, {@code worker} and {@code sink}: one service against any cluster. */
@Command(sortOptions = false)
final class ServiceCommand implements Callable<Integer> {
    private final Part part;
    private final ResendChoice resendChoice;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();
    @Mixin private MetricsChoice metricsChoice = new MetricsChoice();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Where the service keeps what it has on disk; default: .millrace-SERVICE. The log"
                            + " goes to standard error.")
    private @Nullable Path directory;

    ServiceCommand(Part part, ResendChoice resendChoice) {
        this.part = part;
        this.resendChoice = resendChoice;
    }

    @Override
    public Integer call() throws InterruptedException {
        MillraceConfig config = configChoice.load();
        if (config.isEmbedded()) {
            throw UserError.usage(
                    "\"millrace "
                            + part.word()
                            + "\" works against a cluster, but "
                            + config.origin()
                            + " names none: add a kafka block with bootstrap.servers, or use"
                            + " \"millrace up\"");
        }
        Path folder = directory == null ? Path.of(".millrace-" + part.word()) : directory;
        try (DataDirectory data = DataDirectory.open(folder)) {
            return new Serving(
                            config,
                            EnumSet.of(part),
                            0,
                            metricsChoice.address(config),
                            resendChoice)
                    .serve(data);
        }
    }
}
