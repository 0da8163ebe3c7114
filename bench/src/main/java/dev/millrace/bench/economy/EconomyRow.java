package dev.millrace.bench.economy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one strategy costs.
 *
 * @param costUsd cost by the summary of the run, in US dollars
 * @param calls billed calls by model
 * @param reused answers without a call; not counted for questions without known meanings
 * @param problems broken promises; empty if all were kept
 */
record EconomyRow(
        Strategy strategy,
        BigDecimal costUsd,
        Map<String, Long> calls,
        ReusedAnswers reused,
        List<String> problems) {
    EconomyRow {
        calls = new TreeMap<>(calls);
        problems = List.copyOf(problems);
    }

    long allCalls() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns the part of another strategy's cost that this one saves; below 0 if it costs more.
     */
    double savedOf(EconomyRow other) {
        return other.costUsd().signum() == 0
                ? 0
                : 1 - costUsd.doubleValue() / other.costUsd().doubleValue();
    }
}
