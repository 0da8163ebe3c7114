package dev.millrace.standalone.cli;

import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MetricsConfig;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.reader.problem.Violation;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.ops.Endpoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command serves metrics and health. */
final class MetricsChoice {
    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description =
                    "Where /metrics and /health are served; default: metrics.listen, else"
                            + " 127.0.0.1:9464 or the next free port, which is printed.")
    private @Nullable String listen;

    MetricsChoice() {}

    Endpoint endpoint(MillraceConfig config) {
        if (listen == null) {
            return config.metrics()
                    .listen()
                    .map(it -> Endpoint.configured(it, "metrics.listen in " + config.origin()))
                    .orElseGet(() -> Endpoint.byDefault(MetricsConfig.DEFAULT_LISTEN));
        }
        try {
            return Endpoint.configured(ListenAddress.parse(listen), "--metrics");
        } catch (Violation e) {
            throw UserError.usage("--metrics " + e.expected());
        }
    }
}
