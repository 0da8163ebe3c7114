package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What completes a step of a ramp; if both are there, both must hold.
 *
 * @param goodResults results of the arm without an error since the step began, 1 to 1000000000
 * @param time that has passed since the step began, 1ms to 365d in whole milliseconds
 */
public record StepCompletion(OptionalInt goodResults, Optional<Duration> time) {
    private static final int MOST_RESULTS = 1_000_000_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    public StepCompletion {
        require(
                goodResults.isPresent() || time.isPresent(),
                "good_results",
                "must be there, or time, or both");
        var results = goodResults.orElse(1);
        require(
                results >= 1 && results <= MOST_RESULTS,
                "good_results",
                "must be 1 to 1000000000, was " + results);
        require(
                time.map(it -> it.toMillis() >= 1 && it.compareTo(LONGEST) <= 0).orElse(true),
                "time",
                "must be 1ms to 365d");
        time = time.map(it -> Duration.ofMillis(it.toMillis()));
    }
}
