package dev.millrace.bench.report;

import java.util.Locale;

/**
 * A figure that Millrace is to reach.
 *
 * @param of what it is
 * @param measured in the unit of the bound
 * @param bound what it is to be
 * @param isLeast whether the bound is the least, or the most
 */
record Aim(String of, double measured, double bound, boolean isLeast) {
    static Aim atLeast(double bound, String of, double measured) {
        return new Aim(of, measured, bound, true);
    }

    static Aim atMost(double bound, String of, double measured) {
        return new Aim(of, measured, bound, false);
    }

    boolean isReached() {
        return isLeast ? measured >= bound : measured <= bound;
    }

    /** The bound for a person. */
    String wanted() {
        return (isLeast ? "≥ " : "≤ ") + String.format(Locale.ROOT, "%,.0f", bound);
    }
}
