package dev.millrace.simulator.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with the values of one record, so that its constructor reports all of it
 * at once.
 */
final class Checks {
    private final List<Problem> problems = new ArrayList<>();

    Checks require(boolean holds, String key, String message) {
        if (!holds) {
            problems.add(new Problem(key, message));
        }
        return this;
    }

    Checks range(String key, long value, long min, long max) {
        return require(
                value >= min && value <= max,
                key,
                "must be " + min + " to " + max + ", was " + value);
    }

    Checks duration(String key, Duration value, Duration max) {
        return require(
                !value.isNegative() && value.compareTo(max) <= 0,
                key,
                "must be 0ms to " + Durations.format(max) + ", was " + Durations.format(value));
    }

    void done() {
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
