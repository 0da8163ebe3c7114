package dev.millrace.configuration;

import java.util.Optional;

/**
 * The {@code metrics} section.
 *
 * @param listen address of {@code /metrics} and {@code /health}; empty: {@link #DEFAULT_LISTEN}, or
 *     the next free port if that port is in use
 */
public record MetricsConfig(Optional<ListenAddress> listen) {
    /** The default address, reachable from this machine only. */
    public static final ListenAddress DEFAULT_LISTEN = new ListenAddress("127.0.0.1", 9464);

    /** The default settings. */
    public static final MetricsConfig DEFAULT = new MetricsConfig(Optional.empty());
}
