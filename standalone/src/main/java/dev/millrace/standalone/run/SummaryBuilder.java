package dev.millrace.standalone.run;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.run.Summary.Bill;
import dev.millrace.standalone.run.Summary.BudgetFigures;
import dev.millrace.standalone.run.Summary.Counts;
import dev.millrace.standalone.run.Summary.DeadLetterLine;
import dev.millrace.standalone.run.Summary.End;
import dev.millrace.standalone.run.Summary.ModelSummary;
import dev.millrace.standalone.run.Summary.Times;
import dev.millrace.standalone.status.BudgetStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Builds a summary line by line. Memory does not grow with the number of lines. */
final class SummaryBuilder {
    private static final int MAX_DEAD_LETTER_LINES = 20;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final SortedMap<String, ModelFigures> models = new TreeMap<>();
    private final SortedMap<String, Long> errors = new TreeMap<>();
    private final List<DeadLetterLine> deadLetterLines = new ArrayList<>();
    private final Histogram upstream = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram queue = new Histogram(SIGNIFICANT_DIGITS);
    private List<BudgetFigures> budgets = List.of();
    private long waiting;
    private long succeeded;
    private long failed;
    private long deadLetters;
    private long reused;
    private long cached;
    private long uncertain;
    private BigDecimal reusedCost = BigDecimal.ZERO;
    private BigDecimal saved = BigDecimal.ZERO;

    private static final class ModelFigures {
        private final Histogram upstream = new Histogram(SIGNIFICANT_DIGITS);
        private long jobs;
        private long failed;
        private TokenUsage usage = TokenUsage.NONE;
        private BigDecimal cost = BigDecimal.ZERO;

        ModelSummary toSummary(String model) {
            return new ModelSummary(
                    model,
                    jobs,
                    jobs - failed,
                    failed,
                    usage.inputTokens(),
                    usage.outputTokens(),
                    cost,
                    upstream.getValueAtPercentile(50),
                    upstream.getValueAtPercentile(95));
        }
    }

    /** Creates a builder without any line. */
    SummaryBuilder() {}

    /**
     * Result of one line.
     *
     * @param errorCode null if the job succeeded
     * @param model null if no model was called
     * @param isReused true if the result was stored before this run
     */
    record LineResult(
            @Nullable String errorCode,
            @Nullable String model,
            boolean isReused,
            BigDecimal costUsd,
            int attempts,
            long upstreamMs,
            long queuedMs) {}

    /** Adds the result of a line. */
    void onResult(LineResult result) {
        if (result.errorCode() == null) {
            succeeded++;
        } else {
            failed++;
            errors.merge(result.errorCode(), 1L, Long::sum);
        }
        if (result.isReused()) {
            reused++;
            reusedCost = reusedCost.add(result.costUsd());
            return;
        }
        if (result.model() == null) {
            return;
        }
        ModelFigures model = model(result.model());
        model.jobs++;
        model.failed += result.errorCode() == null ? 0 : 1;
        if (result.attempts() > 0) {
            model.upstream.recordValue(result.upstreamMs());
            upstream.recordValue(result.upstreamMs());
            queue.recordValue(result.queuedMs());
        }
    }

    /** Adds the dead letter of a line. */
    void onDeadLetter(DeadLetterLine line, boolean isReused) {
        deadLetters++;
        errors.merge(line.reason(), 1L, Long::sum);
        if (isReused) {
            reused++;
        }
        if (deadLetterLines.size() < MAX_DEAD_LETTER_LINES) {
            deadLetterLines.add(line);
        }
    }

    /**
     * Adds an attempt of this run that was billed or possibly billed. An uncertain attempt is only
     * counted, because its cost is an upper bound.
     */
    void onCost(String model, TokenUsage usage, BigDecimal costUsd, boolean isUncertain) {
        if (isUncertain) {
            uncertain++;
            return;
        }
        ModelFigures figures = model(model);
        figures.usage = figures.usage.plus(usage);
        figures.cost = figures.cost.add(costUsd);
    }

    /** Adds a job of this run that got the answer to an identical job. */
    void onSaved(BigDecimal savedUsd) {
        cached++;
        saved = saved.add(savedUsd);
    }

    /**
     * Sets the lines that wait for money.
     *
     * @param exhausted the budgets for which the lines wait
     */
    void onWaiting(long lines, List<BudgetStatus> exhausted) {
        waiting = lines;
        onBudgets(exhausted);
    }

    /** Sets the budgets for which lines wait, or whose limit is exceeded. */
    void onBudgets(List<BudgetStatus> shown) {
        budgets = shown.stream().map(BudgetFigures::of).toList();
    }

    private ModelFigures model(String name) {
        return models.computeIfAbsent(name, _ -> new ModelFigures());
    }

    /** Returns the number of lines added so far. */
    long lines() {
        return succeeded + failed + deadLetters;
    }

    /** Returns the summary of the lines added so far. */
    Summary toSummary(
            String output, long durationMs, @Nullable Long firstResultMs, boolean complete) {
        List<ModelSummary> byModel =
                models.entrySet().stream()
                        .map(entry -> entry.getValue().toSummary(entry.getKey()))
                        .toList();
        return new Summary(
                new Counts(lines(), succeeded, failed, deadLetters, reused, cached, uncertain),
                new Bill(
                        byModel.stream().mapToLong(ModelSummary::inputTokens).sum(),
                        byModel.stream().mapToLong(ModelSummary::outputTokens).sum(),
                        byModel.stream()
                                .map(ModelSummary::costUsd)
                                .reduce(BigDecimal.ZERO, BigDecimal::add),
                        reusedCost,
                        saved),
                new Times(
                        durationMs,
                        firstResultMs,
                        upstream.getValueAtPercentile(50),
                        upstream.getValueAtPercentile(95),
                        queue.getValueAtPercentile(50),
                        queue.getValueAtPercentile(95)),
                new End(output, complete, waiting),
                budgets,
                byModel,
                errors,
                List.copyOf(deadLetterLines));
    }
}
