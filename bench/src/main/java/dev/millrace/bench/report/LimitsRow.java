package dev.millrace.bench.report;

/**
 * The throughput of Millrace without work.
 *
 * @param hasLimits whether it has limits, which it does not reach
 */
public record LimitsRow(boolean hasLimits, ContenderResult result) {
    /** Returns the name in text output. */
    String title() {
        return hasLimits ? "with limits" : "without limits";
    }
}
