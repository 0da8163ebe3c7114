package dev.millrace.standalone.pipeline;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.ops.MetricsOption;
import dev.millrace.standalone.option.ConfigOption;
import dev.millrace.standalone.option.DataDirectoryOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace up}: runs the embedded pipeline, or parts of it, as a service. */
@Command(
        name = "up",
        sortOptions = false,
        description =
                "Runs the embedded pipeline until a signal stops it. Any Kafka client can publish"
                        + " to it.")
public final class UpCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Mixin private ConfigOption configOption = new ConfigOption();
    @Mixin private DataDirectoryOption dataDirectoryOption = new DataDirectoryOption();
    @Mixin private MetricsOption metricsOption = new MetricsOption();

    @Option(
            names = "--simulate",
            description = "Answer every model from the built-in simulator: no provider, no cost.")
    private boolean simulate;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description =
                    "Run only these parts: broker, simulator, router, worker, sink,"
                            + " retrieval, gateway; default: all.")
    private List<String> only = List.of();

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description =
                    "Port of the broker on 127.0.0.1; default: a free port, which is printed.")
    private int brokerPort;

    @Mixin private ResendOption resendOption = new ResendOption();

    @Override
    public Integer call() throws InterruptedException {
        Set<PipelinePart> parts = parts();
        MillraceConfig config = load(parts);
        if (config.kafka().isPresent() == parts.contains(PipelinePart.BROKER)) {
            throw UserError.usage(
                    parts.contains(PipelinePart.BROKER)
                            ? config.origin()
                                    + " has a kafka block, which excludes the embedded broker."
                                    + " Remove the block, or leave the broker out with --only"
                            : "Without the embedded broker, the configuration must have a kafka"
                                    + " block");
        }
        if (brokerPort < 0 || brokerPort > MAX_PORT) {
            throw UserError.usage("--broker-port must be 0 to 65535, was " + brokerPort);
        }
        if (simulate) {
            Terminal.system().announceSimulation();
        }
        try (DataDirectory data = dataDirectoryOption.open(simulate)) {
            return new ServiceRunner(
                            config, parts, brokerPort, metricsOption.address(config), resendOption)
                    .run(data);
        }
    }

    /** Loads the configuration. A broker alone calls no provider, so it can do without one. */
    private MillraceConfig load(Set<PipelinePart> parts) {
        ConfigOption option = configOption.within(Pipeline.heapShare(parts));
        return parts.equals(EnumSet.of(PipelinePart.BROKER)) && !simulate
                ? option.loadWithoutKeys()
                : option.load(simulate);
    }

    private Set<PipelinePart> parts() {
        if (only.isEmpty()) {
            return EnumSet.allOf(PipelinePart.class);
        }
        var parts = EnumSet.noneOf(PipelinePart.class);
        for (String word : only) {
            parts.add(
                    PipelinePart.of(word.strip())
                            .orElseThrow(
                                    () ->
                                            UserError.usage(
                                                    "--only accepts broker, simulator, router,"
                                                            + " worker, sink, retrieval and gateway,"
                                                            + " not "
                                                            + word)));
        }
        return parts;
    }
}
