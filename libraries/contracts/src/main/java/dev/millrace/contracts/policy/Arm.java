package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

/**
 * One model of a traffic split, with its weight.
 *
 * @param model model name or alias
 * @param weight share relative to the sum of all weights, 0 to 1000000
 */
public record Arm(String model, int weight) {
    private static final int MAX_WEIGHT = 1_000_000;

    public Arm {
        require(
                weight >= 0 && weight <= MAX_WEIGHT,
                "weight",
                "must be 0 to 1000000, was " + weight);
    }
}
