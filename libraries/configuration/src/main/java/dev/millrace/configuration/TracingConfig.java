package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.net.URI;
import java.util.Optional;

/**
 * The {@code tracing} section: where the traces of jobs go.
 *
 * @param endpoint OTLP receiver over HTTP, such as {@code http://localhost:4318}; empty: no traces
 * @param sample share of jobs that are traced, 0 to 1; jobs that end with an error always are
 * @param bodies true to trace the bodies of calls, which can contain personal data
 */
public record TracingConfig(Optional<URI> endpoint, double sample, boolean bodies) {
    /** The default settings. */
    public static final TracingConfig DEFAULT = new TracingConfig(Optional.empty(), 0.01, false);

    public TracingConfig {
        require(
                endpoint.isEmpty() || endpoint.get().toString().matches("https?://[^/@]+(/[^@]*)?"),
                "endpoint",
                "must be an http or https address without a user");
        require(sample >= 0 && sample <= 1, "sample", "must be 0 to 1, was " + sample);
    }
}
