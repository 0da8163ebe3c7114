package dev.millrace.contracts.config;

import java.util.Optional;

/**
 * The {@code metrics} section.
 *
 * @param listen where {@code /metrics} and {@code /health} are served; empty: at {@link
 *     #DEFAULT_LISTEN}, or at the next free port when its port is in use
 */
public record MetricsConfig(Optional<ListenAddress> listen) {
    /** This machine only. */
    public static final ListenAddress DEFAULT_LISTEN = new ListenAddress("127.0.0.1", 9464);

    /** Every default. */
    public static final MetricsConfig DEFAULT = new MetricsConfig(Optional.empty());
}
