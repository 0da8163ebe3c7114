package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The steps by which the share of an arm grows. The share starts at the first step and stays at the
 * last step. The other arms divide the rest by their weights.
 *
 * @param arm model of the ramped arm, spelled as in {@code split}
 * @param steps 1 to 100 increasing shares in percent, above 0 and up to 100
 * @param each the condition that completes a step
 */
public record Ramp(String arm, List<Double> steps, StepCompletion each) {
    private static final int MAX_STEPS = 100;
    private static final double MAX_PERCENT = 100;

    public Ramp {
        require(
                !steps.isEmpty()
                        && steps.size() <= MAX_STEPS
                        && steps.stream().allMatch(it -> it > 0 && it <= MAX_PERCENT),
                "steps",
                "must be 1 to 100 percentages above 0 and up to 100");
        require(isIncreasing(steps), "steps", "must increase from step to step");
        steps = List.copyOf(steps);
    }

    private static boolean isIncreasing(List<Double> steps) {
        return IntStream.range(1, steps.size()).allMatch(i -> steps.get(i) > steps.get(i - 1));
    }

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
}
