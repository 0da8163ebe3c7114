package dev.millrace.standalone.cli;

import dev.millrace.contracts.Violation;
import dev.millrace.contracts.config.ListenAddress;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.standalone.console.UserError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command serves metrics and health. */
final class MetricsChoice {
    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = "Where /metrics and /health are served; default: metrics.listen.")
    private @Nullable String listen;

    MetricsChoice() {}

    ListenAddress address(MillraceConfig config) {
        if (listen == null) {
            return config.metrics().listen();
        }
        try {
            return ListenAddress.parse(listen);
        } catch (Violation e) {
            throw UserError.usage("--metrics " + e.expected());
        }
    }
}
