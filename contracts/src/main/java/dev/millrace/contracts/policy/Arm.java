package dev.millrace.contracts.policy;

import static dev.millrace.contracts.Violation.require;

/**
 * One share of a split.
 *
 * @param model by name or alias
 * @param weight its part of the sum of all weights, 0 to 1000000
 */
public record Arm(String model, int weight) {
    private static final int HEAVIEST = 1_000_000;

    public Arm {
        require(weight >= 0 && weight <= HEAVIEST, "weight", "must be 0 to 1000000, was " + weight);
    }
}
