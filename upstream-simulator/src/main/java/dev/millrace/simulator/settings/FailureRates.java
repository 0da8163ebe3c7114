package dev.millrace.simulator.settings;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How often each failure happens. One draw decides a call, so that the rates of one model add up
 * and never exceed 1.
 *
 * @param rates probability 0 to 1 by failure; a missing one is 0
 */
public record FailureRates(Map<Failure, Double> rates) {
    /** Nothing fails by chance. */
    public static final FailureRates NONE = new FailureRates(Map.of());

    /** Sums of decimal fractions such as ten times 0.1 may be above 1 by rounding. */
    private static final double ROUNDING = 1e-9;

    public FailureRates {
        Checks checks = new Checks();
        rates.forEach(
                (failure, rate) ->
                        checks.require(
                                rate >= 0 && rate <= 1,
                                failure.key(),
                                "must be a probability 0 to 1, was " + rate));
        double sum = rates.values().stream().mapToDouble(Double::doubleValue).sum();
        checks.require(sum <= 1 + ROUNDING, "", "the rates must not add up to more than 1");
        checks.done();
        rates = Map.copyOf(rates);
    }

    /** The rate of one failure, 0 to 1. */
    public double rate(Failure failure) {
        return rates.getOrDefault(failure, 0.0);
    }

    /** The failure that one draw hits; empty when the call goes well. */
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

    static FailureRates read(SettingsNode node, FailureRates base) {
        Map<Failure, Double> rates = new EnumMap<>(Failure.class);
        for (Failure failure : Failure.values()) {
            double rate = node.number(failure.key(), base.rate(failure));
            if (rate != 0) {
                rates.put(failure, rate);
            }
        }
        node.done();
        return node.build("", () -> new FailureRates(rates), base);
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Arrays.stream(Failure.values()).forEach(failure -> node.put(failure.key(), rate(failure)));
        return node;
    }
}
