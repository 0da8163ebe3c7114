package dev.millrace.simulator.settings;

import static dev.millrace.yaml.problem.Violation.require;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.millrace.yaml.binding.Unwrapped;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rate of each failure. One draw decides each call, so the rates of a model must not add up to
 * more than 1.
 *
 * @param rates probability by failure, 0 to 1; a missing failure has rate 0, and a rate of 0 is
 *     removed
 */
@Unwrapped
public record FailureRates(Map<Failure, Double> rates) {
    /** No random failures. */
    public static final FailureRates NONE = new FailureRates(Map.of());

    /** Tolerance for rounding: ten times 0.1 may add up to more than 1. */
    private static final double ROUNDING_TOLERANCE = 1e-9;

    public FailureRates {
        rates.forEach(
                (failure, rate) ->
                        require(
                                rate >= 0 && rate <= 1,
                                failure.key(),
                                "must be a probability 0 to 1, was " + rate));
        double sum = rates.values().stream().mapToDouble(Double::doubleValue).sum();
        require(sum <= 1 + ROUNDING_TOLERANCE, "", "must not add up to more than 1, was " + sum);
        rates =
                rates.entrySet().stream()
                        .filter(rate -> rate.getValue() != 0)
                        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Returns the rate of one failure, 0 to 1. */
    public double rate(Failure failure) {
        return rates.getOrDefault(failure, 0.0);
    }

    /** Draws the failure of one call; empty when the call succeeds. */
    public Optional<Failure> draw(RandomGenerator random) {
        if (rates.isEmpty()) {
            return Optional.empty();
        }
        double left = random.nextDouble();
        for (Failure failure : Failure.values()) {
            left -= rate(failure);
            if (left < 0) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Arrays.stream(Failure.values()).forEach(failure -> node.put(failure.key(), rate(failure)));
        return node;
    }
}
