package dev.millrace.contracts.policy;

import static dev.millrace.reader.problem.Violation.require;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The condition that completes a step of a ramp. If both parts are set, both must hold.
 *
 * @param goodResults number of results of the arm without an error since the step began, 1 to
 *     1000000000
 * @param time time since the step began, 1ms to 365d in whole milliseconds
 */
public record StepCompletion(OptionalInt goodResults, Optional<Duration> time) {
    private static final int MAX_RESULTS = 1_000_000_000;
    private static final Duration MAX_TIME = Duration.ofDays(365);

    public StepCompletion {
        require(
                goodResults.isPresent() || time.isPresent(),
                "good_results",
                "is required, unless time is set");
        var results = goodResults.orElse(1);
        require(
                results >= 1 && results <= MAX_RESULTS,
                "good_results",
                "must be 1 to 1000000000, was " + results);
        require(
                time.map(it -> it.toMillis() >= 1 && it.compareTo(MAX_TIME) <= 0).orElse(true),
                "time",
                "must be 1ms to 365d");
        time = time.map(it -> Duration.ofMillis(it.toMillis()));
    }
}
