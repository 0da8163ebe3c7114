package dev.millrace.contracts.policy;

import static dev.millrace.reader.problem.Violation.require;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The steps by which the share of an arm grows. The share starts at the first step and stays at the
 * last one. The other arms divide the rest by their weights.
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
}
