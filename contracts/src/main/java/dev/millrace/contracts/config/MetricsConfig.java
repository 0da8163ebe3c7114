package dev.millrace.contracts.config;

/**
 * The {@code metrics} section.
 *
 * @param listen where {@code /metrics} and {@code /health} are served
 */
public record MetricsConfig(ListenAddress listen) {
    /** This machine only. */
    public static final MetricsConfig DEFAULT =
            new MetricsConfig(new ListenAddress("127.0.0.1", 9464));
}
