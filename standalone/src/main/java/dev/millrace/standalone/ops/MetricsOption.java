package dev.millrace.standalone.ops;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.configuration.MetricsConfig;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.standalone.console.UserError;
import dev.millrace.yaml.problem.Violation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --metrics} option: the address of {@code /metrics} and {@code /health}. */
public final class MetricsOption {
    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description =
                    "Address of /metrics and /health; default: metrics.listen, or else"
                            + " 127.0.0.1:9464 or the next free port, which is printed.")
    private @Nullable String listen;

    /** Returns the address of the option, or else of the configuration, or else the default. */
    public BindAddress address(MillraceConfig config) {
        if (listen == null) {
            return config.metrics()
                    .listen()
                    .map(it -> BindAddress.configured(it, "metrics.listen in " + config.origin()))
                    .orElseGet(() -> BindAddress.byDefault(MetricsConfig.DEFAULT_LISTEN));
        }
        try {
            return BindAddress.configured(ListenAddress.parse(listen), "--metrics");
        } catch (Violation e) {
            throw UserError.usage("--metrics " + e.expected());
        }
    }
}
