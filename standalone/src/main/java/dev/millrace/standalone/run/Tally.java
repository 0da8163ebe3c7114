package dev.millrace.standalone.run;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Sums up a run, one line after the other. Memory does not grow with the number of lines. */
final class Tally {
    private static final int MAX_LETTERS = 20;
    private static final int DIGITS = 3;

    private final SortedMap<String, ModelTally> models = new TreeMap<>();
    private final SortedMap<String, Long> errors = new TreeMap<>();
    private final List<Summary.Letter> letters = new ArrayList<>();
    private final Histogram upstream = new Histogram(DIGITS);
    private final Histogram queue = new Histogram(DIGITS);
    private long succeeded;
    private long failed;
    private long deadLetters;
    private long reused;
    private long uncertain;
    private BigDecimal reusedCost = BigDecimal.ZERO;

    private static final class ModelTally {
        private final Histogram upstream = new Histogram(DIGITS);
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

    /**
     * What one line came to.
     *
     * @param errorCode null when it succeeded
     * @param model null when none was called
     * @param wasReused whether the outcome is from before this run
     */
    record Line(
            @Nullable String errorCode,
            @Nullable String model,
            boolean wasReused,
            BigDecimal costUsd,
            int attempts,
            long upstreamMs,
            long queuedMs) {}

    void onResult(Line line) {
        if (line.errorCode() == null) {
            succeeded++;
        } else {
            failed++;
            errors.merge(line.errorCode(), 1L, Long::sum);
        }
        if (line.wasReused()) {
            reused++;
            reusedCost = reusedCost.add(line.costUsd());
            return;
        }
        if (line.model() == null) {
            return;
        }
        ModelTally model = model(line.model());
        model.jobs++;
        model.failed += line.errorCode() == null ? 0 : 1;
        if (line.attempts() > 0) {
            model.upstream.recordValue(line.upstreamMs());
            upstream.recordValue(line.upstreamMs());
            queue.recordValue(line.queuedMs());
        }
    }

    void onDeadLetter(Summary.Letter letter, boolean wasReused) {
        deadLetters++;
        errors.merge(letter.reason(), 1L, Long::sum);
        if (wasReused) {
            reused++;
        }
        if (letters.size() < MAX_LETTERS) {
            letters.add(letter);
        }
    }

    /**
     * An attempt of this run that was billed, or may have been. Of the latter only the number
     * counts: its cost is the most that it can have been.
     */
    void onCost(String model, TokenUsage usage, BigDecimal costUsd, boolean isUncertain) {
        if (isUncertain) {
            uncertain++;
            return;
        }
        ModelTally tally = model(model);
        tally.usage = tally.usage.plus(usage);
        tally.cost = tally.cost.add(costUsd);
    }

    private ModelTally model(String name) {
        return models.computeIfAbsent(name, _ -> new ModelTally());
    }

    /** Lines whose outcome was met. */
    long lines() {
        return succeeded + failed + deadLetters;
    }

    Summary toSummary(
            String output, long durationMs, @Nullable Long firstResultMs, boolean complete) {
        List<ModelSummary> byModel =
                models.entrySet().stream()
                        .map(entry -> entry.getValue().toSummary(entry.getKey()))
                        .toList();
        return new Summary(
                lines(),
                succeeded,
                failed,
                deadLetters,
                reused,
                uncertain,
                byModel.stream().mapToLong(ModelSummary::inputTokens).sum(),
                byModel.stream().mapToLong(ModelSummary::outputTokens).sum(),
                byModel.stream()
                        .map(ModelSummary::costUsd)
                        .reduce(BigDecimal.ZERO, BigDecimal::add),
                reusedCost,
                durationMs,
                firstResultMs,
                upstream.getValueAtPercentile(50),
                upstream.getValueAtPercentile(95),
                queue.getValueAtPercentile(50),
                queue.getValueAtPercentile(95),
                output,
                byModel,
                errors,
                List.copyOf(letters),
                complete);
    }
}
