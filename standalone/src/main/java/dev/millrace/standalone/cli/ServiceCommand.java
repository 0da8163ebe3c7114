package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Part;
import dev.millrace.standalone.pipeline.Pipeline;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace router}, {@code worker} and {@code sink}: one service against any cluster. */
@Command(sortOptions = false)
final class ServiceCommand implements Callable<Integer> {
    private final Part part;
    private final ResendChoice resendChoice;
    private final ServiceFolder folder;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();
    @Mixin private MetricsChoice metricsChoice = new MetricsChoice();

    ServiceCommand(Part part, ResendChoice resendChoice, ServiceFolder folder) {
        this.part = part;
        this.resendChoice = resendChoice;
        this.folder = folder;
    }

    @Override
    public Integer call() throws InterruptedException {
        MillraceConfig config = configChoice.within(Pipeline.heapShare(EnumSet.of(part))).load();
        if (config.isEmbedded()) {
            throw UserError.usage(
                    "\"millrace "
                            + part.word()
                            + "\" works against a cluster, but "
                            + config.origin()
                            + " names none: add a kafka block with bootstrap.servers, or use"
                            + " \"millrace up\"");
        }
        var serving =
                new Serving(
                        config, EnumSet.of(part), 0, metricsChoice.endpoint(config), resendChoice);
        if (!Pipeline.keepsFiles(part, config)) {
            return serving.serve(null);
        }
        try (DataDirectory data = folder.open(part)) {
            return serving.serve(data);
        }
    }
}
