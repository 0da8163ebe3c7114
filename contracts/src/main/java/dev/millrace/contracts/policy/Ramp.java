package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the share of an arm grows. It begins with the first step, and the last one stays. The other
 * arms have the rest by their weights.
 *
 * @param arm the model of that arm, as {@code split} writes it
 * @param steps its shares in percent, each above the one before, above 0 and up to 100; 1 to 100 of
 *     them
 * @param each what completes a step
 */
public record Ramp(String arm, List<Double> steps, StepCompletion each) {
    private static final int MOST_STEPS = 100;
    private static final double ALL = 100;

    public Ramp {
        require(
                !steps.isEmpty()
                        && steps.size() <= MOST_STEPS
                        && steps.stream().allMatch(it -> it > 0 && it <= ALL),
                "steps",
                "must be 1 to 100 percentages above 0 and up to 100");
        require(isGrowing(steps), "steps", "must grow from one to the next");
        steps = List.copyOf(steps);
    }

    private static boolean isGrowing(List<Double> steps) {
        return IntStream.range(1, steps.size()).allMatch(i -> steps.get(i) > steps.get(i - 1));
    }
}
