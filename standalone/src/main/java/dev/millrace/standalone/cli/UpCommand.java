package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.cli.choice.ConfigChoice;
import dev.millrace.standalone.console.Terminal;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.data.DataDirectory;
import dev.millrace.standalone.pipeline.Part;
import dev.millrace.standalone.pipeline.Pipeline;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace up}: the embedded pipeline as a service. */
@Command(
        name = "up",
        sortOptions = false,
        description = "Keeps the embedded pipeline running; any Kafka client can publish to it.")
final class UpCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Mixin private ConfigChoice configChoice = new ConfigChoice();
    @Mixin private DataChoice dataChoice = new DataChoice();
    @Mixin private MetricsChoice metricsChoice = new MetricsChoice();

    @Option(
            names = "--simulate",
            description = "Answer every model from the built-in simulator: no provider, no cost.")
    private boolean simulate;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "Run only these: broker, simulator, router, worker, sink; default: all.")
    private List<String> only = List.of();

    @Option(
            names = "--broker-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the broker on 127.0.0.1; default: a free one, which is printed.")
    private int brokerPort;

    @Mixin private ResendChoice resendChoice = new ResendChoice();

    UpCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Set<Part> parts = parts();
        MillraceConfig config = configChoice.within(Pipeline.heapShare(parts)).load(simulate);
        if (config.kafka().isPresent() == parts.contains(Part.BROKER)) {
            throw UserError.usage(
                    parts.contains(Part.BROKER)
                            ? config.origin()
                                    + " names a cluster (kafka), so no broker is embedded: take"
                                    + " that block out, or leave the broker out with --only"
                            : "Without the broker the configuration must name a cluster (kafka)");
        }
        if (brokerPort < 0 || brokerPort > MAX_PORT) {
            throw UserError.usage("--broker-port must be 0 to 65535, was " + brokerPort);
        }
        if (simulate) {
            Terminal.system().sayThatItIsSimulated();
        }
        try (DataDirectory data = dataChoice.open(simulate)) {
            return new Serving(
                            config, parts, brokerPort, metricsChoice.endpoint(config), resendChoice)
                    .serve(data);
        }
    }

    private Set<Part> parts() {
        if (only.isEmpty()) {
            return EnumSet.allOf(Part.class);
        }
        var parts = EnumSet.noneOf(Part.class);
        for (String word : only) {
            parts.add(
                    Part.of(word.strip())
                            .orElseThrow(
                                    () ->
                                            UserError.usage(
                                                    "--only knows broker, simulator, router, worker"
                                                            + " and sink, not "
                                                            + word)));
        }
        return parts;
    }
}
