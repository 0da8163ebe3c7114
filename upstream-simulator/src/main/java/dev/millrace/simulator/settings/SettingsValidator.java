package dev.millrace.simulator.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the problems of one settings record, so that its constructor reports all of them at
 * once.
 */
final class SettingsValidator {
    private final List<SettingsProblem> problems = new ArrayList<>();

    SettingsValidator require(boolean isValid, String key, String message) {
        if (!isValid) {
            problems.add(new SettingsProblem(key, message));
        }
        return this;
    }

    SettingsValidator range(String key, long value, long min, long max) {
        return require(
                value >= min && value <= max,
                key,
                "must be " + min + " to " + max + ", was " + value);
    }

    SettingsValidator duration(String key, Duration value, Duration max) {
        return require(
                !value.isNegative() && value.compareTo(max) <= 0,
                key,
                "must be 0ms to " + Durations.format(max) + ", was " + Durations.format(value));
    }

    void throwIfInvalid() {
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
