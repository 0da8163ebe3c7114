package dev.millrace.simulator.settings;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Durations;
import java.time.Duration;

/** Checks that numbers and durations of settings are within their bounds. */
final class Bounds {
    private Bounds() {}

    static void requireRange(String key, long value, long min, long max) {
        require(
                value >= min && value <= max,
                key,
                "must be " + min + " to " + max + ", was " + value);
    }

    static void requireAtMost(String key, Duration value, Duration max) {
        require(
                !value.isNegative() && value.compareTo(max) <= 0,
                key,
                "must be 0ms to " + Durations.format(max) + ", was " + Durations.format(value));
    }
}
