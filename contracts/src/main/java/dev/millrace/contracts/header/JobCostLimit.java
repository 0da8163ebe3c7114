package dev.millrace.contracts.header;

import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a job may cost in total, over all attempts at all models of its chain. Amounts are in US
 * dollars and not negative.
 *
 * @param reservedUsd the highest cost of the job
 * @param attemptUsd the highest cost of one attempt, for each model of the chain
 * @param spentUsd the most that the attempts at earlier models of the chain have cost, including
 *     attempts whose cost is unknown
 */
public record JobCostLimit(
        BigDecimal reservedUsd, List<BigDecimal> attemptUsd, BigDecimal spentUsd) {
    private static final String SEPARATOR = ",";

    public JobCostLimit {
        attemptUsd = List.copyOf(attemptUsd);
        requireNotNegative("reservedUsd", reservedUsd);
        attemptUsd.forEach(it -> requireNotNegative("attemptUsd", it));
        requireNotNegative("spentUsd", spentUsd);
    }

    /** Creates the budget of a job that has made no attempt. */
    public JobCostLimit(BigDecimal reservedUsd, List<BigDecimal> attemptUsd) {
        this(reservedUsd, attemptUsd, BigDecimal.ZERO);
    }

    /** Returns the budget after an amount has been spent. */
    public JobCostLimit spend(BigDecimal usd) {
        return new JobCostLimit(reservedUsd, attemptUsd, spentUsd.add(usd));
    }

    /**
     * Returns true if the job may start an attempt at a model of its chain.
     *
     * @param position index of the model in the chain
     */
    public boolean coversAttemptAt(int position) {
        return spentUsd.add(attemptUsd.get(position)).compareTo(reservedUsd) <= 0;
    }

    private static void requireNotNegative(String name, BigDecimal usd) {
        if (usd.signum() < 0) {
            throw new IllegalArgumentException(name + " must not be negative, was " + usd);
        }
    }

    /** Returns the header's text for {@link #attemptUsd}. */
    String attemptText() {
        return attemptUsd.stream().map(Usd::text).collect(Collectors.joining(SEPARATOR));
    }

    /** Reads the header's text for {@link #attemptUsd}. */
    public static List<BigDecimal> parseAttempts(String text) {
        return Stream.of(text.split(SEPARATOR, -1)).map(BigDecimal::new).toList();
    }
}
