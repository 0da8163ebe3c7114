package dev.millrace.standalone.forecast;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.standalone.forecast.LineForecast.Refused;
import dev.millrace.standalone.forecast.LineForecast.Routed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Totals of the forecasts of all lines, overall and by group. Keeps the first refused lines.
 *
 * @param <G> group of a job, such as its model
 */
final class ForecastTotals<G extends Comparable<G>> {
    private final int maxRefusedLines;
    private final Function<Routed, G> groupOf;
    private final Function<Routed, Optional<BigDecimal>> worstUsdOf;
    private final SortedMap<G, CostTotals> groups = new TreeMap<>();
    private final Map<ErrorCode, Long> errors = new EnumMap<>(ErrorCode.class);
    private final List<RefusedLine> refusedLines = new ArrayList<>();
    private final CostTotals all = new CostTotals();
    private long lines;

    /** A line that would be refused. */
    record RefusedLine(LineLocation line, Refused refusal) {}

    /**
     * @param maxRefusedLines number of refused lines to keep
     * @param worstUsdOf returns the worst case of a job; empty if its cost is unbounded
     */
    ForecastTotals(
            int maxRefusedLines,
            Function<Routed, G> groupOf,
            Function<Routed, Optional<BigDecimal>> worstUsdOf) {
        this.maxRefusedLines = maxRefusedLines;
        this.groupOf = groupOf;
        this.worstUsdOf = worstUsdOf;
    }

    void add(LineLocation line, LineForecast forecast) {
        lines++;
        switch (forecast) {
            case Routed job -> {
                Optional<BigDecimal> worstUsd = worstUsdOf.apply(job);
                all.add(job, worstUsd);
                groups.computeIfAbsent(groupOf.apply(job), _ -> new CostTotals())
                        .add(job, worstUsd);
            }
            case Refused refusal -> {
                errors.merge(refusal.error(), 1L, Long::sum);
                if (refusedLines.size() < maxRefusedLines) {
                    refusedLines.add(new RefusedLine(line, refusal));
                }
            }
        }
    }

    long lines() {
        return lines;
    }

    /** Returns the number of lines that would be refused. */
    long refused() {
        return lines - all.jobs();
    }

    /** Returns the totals of all jobs that would be sent. */
    CostTotals all() {
        return all;
    }

    SortedMap<G, CostTotals> groups() {
        return Collections.unmodifiableSortedMap(groups);
    }

    /** Returns the number of refused lines for each error code. */
    Map<ErrorCode, Long> errors() {
        return Collections.unmodifiableMap(errors);
    }

    /** Returns the first refused lines. */
    List<RefusedLine> refusedLines() {
        return List.copyOf(refusedLines);
    }
}
