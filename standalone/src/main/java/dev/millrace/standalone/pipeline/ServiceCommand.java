package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.data.DiskWait;
import dev.millrace.standalone.ops.MetricsOption;
import dev.millrace.standalone.option.ConfigOption;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace router}, {@code worker} and {@code sink}: runs one service against a cluster. */
@Command(sortOptions = false)
public final class ServiceCommand implements Callable<Integer> {
    private final PipelinePart part;
    private final ResendOption resendOption;
    private final ServiceDirectoryOption directoryOption;

    @Mixin private ConfigOption configOption = new ConfigOption();
    @Mixin private MetricsOption metricsOption = new MetricsOption();

    /**
     * Creates the command of one service. The caller adds the option that the service has as a
     * mixin.
     */
    public ServiceCommand(
            PipelinePart part, ResendOption resendOption, ServiceDirectoryOption directoryOption) {
        this.part = part;
        this.resendOption = resendOption;
        this.directoryOption = directoryOption;
    }

    @Override
    public Integer call() throws InterruptedException {
        MillraceConfig config = configOption.within(Pipeline.heapShare(EnumSet.of(part))).load();
        if (config.isEmbedded()) {
            throw UserError.usage(
                    "\"millrace "
                            + part.word()
                            + "\" needs a cluster, but "
                            + config.origin()
                            + " has no kafka block. Add one with bootstrap.servers, or use"
                            + " \"millrace up\"");
        }
        var runner =
                new ServiceRunner(
                        config, EnumSet.of(part), 0, metricsOption.address(config), resendOption);
        if (!Pipeline.keepsFiles(part, config)) {
            return runner.run(null);
        }
        try (DataDirectory data =
                DiskWait.open(() -> directoryOption.open(part), Terminal.system()::say)) {
            return runner.run(data);
        }
    }
}
