package dev.millrace.bench.report;

import java.util.Locale;

/**
 * A target for one measured figure.
 *
 * @param metric the figure's description
 * @param measured the measured figure, in the unit of the bound
 * @param bound the target
 * @param isLeast true when the bound is a minimum, false when it is a maximum
 */
record Target(String metric, double measured, double bound, boolean isLeast) {
    static Target atLeast(double bound, String metric, double measured) {
        return new Target(metric, measured, bound, true);
    }

    static Target atMost(double bound, String metric, double measured) {
        return new Target(metric, measured, bound, false);
    }

    boolean isMet() {
        return isLeast ? measured >= bound : measured <= bound;
    }

    /** Returns the bound as text. */
    String boundText() {
        return (isLeast ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%,.0f", bound);
    }
}
