package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.router.document.Document;
import dev.millrace.router.document.DocumentSplitter;
import dev.millrace.router.document.SplitPlan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Computes the highest cost of a job at the models of its chain. */
record JobCostLimits(ServiceableModels serviceable) {
    /**
     * Number of times that a budget reserves the calls of a split document: its parts share the
     * second time, since a part does not return to the router for another attempt.
     */
    private static final BigDecimal RESERVED_SPLITS = BigDecimal.TWO;

    /** More than any call has, so that sums do not overflow. */
    private static final long MAX_TOKENS = 1L << 40;

    /**
     * Returns the highest cost of one attempt at each model, and the limit of all attempts. A job
     * can use all of its {@code max_cost_usd}, unless a budget has to reserve each attempt.
     *
     * @param chain models for which {@link CostCeilingCheck} has found a bound
     */
    JobCostLimit of(PlanningJob job, List<Model> chain) {
        List<WorstCaseCost> worst = chain.stream().map(it -> worstCase(job, it)).toList();
        return limit(
                worst.stream().map(it -> it.usd().orElseThrow()).toList(),
                worst.stream().map(JobCostLimits::tokens).toList(),
                job.line().options().maxCostUsd(),
                job.request().isUnderBudget());
    }

    /**
     * Returns the highest cost of a job with a split document: the sum over all its calls.
     *
     * @param chain models for which {@link CostCeilingCheck} has found a bound
     */
    JobCostLimit ofSplit(PlanningJob job, List<Model> chain, SplitPlan split) {
        Document document = job.document().orElseThrow();
        long more = DocumentSplitter.longestBytes(document, split) - document.value().length();
        List<AttemptTokens> tokens =
                chain.stream().map(it -> tokens(job, it, more, split)).toList();
        List<BigDecimal> attempts = attempts(chain, tokens, split.calls());
        BigDecimal ceiling = job.line().options().maxCostUsd();
        return limit(
                attempts,
                tokens,
                job.request().isUnderBudget() ? ofSplit(attempts, ceiling) : ceiling,
                job.request().isUnderBudget());
    }

    /** Returns the most that is reserved for a split document. */
    private static BigDecimal ofSplit(List<BigDecimal> attempts, @Nullable BigDecimal ceiling) {
        BigDecimal most = Collections.max(attempts).multiply(RESERVED_SPLITS);
        return ceiling == null ? most : ceiling.min(most);
    }

    /**
     * Returns the highest costs of a split document; empty if nothing bounds the cost of a call.
     */
    Optional<List<BigDecimal>> highestOfSplit(PlanningJob job, List<Model> chain, SplitPlan split) {
        return chain.stream().allMatch(it -> worstCase(job, it).usd().isPresent())
                ? Optional.of(ofSplit(job, chain, split).attemptUsd())
                : Optional.empty();
    }

    /**
     * Returns the highest costs of all calls together at each model. Each call has separate rates,
     * which depend on its length.
     *
     * @param tokens most tokens of all calls together
     */
    private static List<BigDecimal> attempts(
            List<Model> chain, List<AttemptTokens> tokens, int calls) {
        List<BigDecimal> attempts = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            attempts.add(
                    tokens.get(i)
                            .ofOneOf(calls)
                            .highestCostAt(chain.get(i).price())
                            .multiply(BigDecimal.valueOf(calls)));
        }
        return attempts;
    }

    /**
     * Returns the most tokens of all calls together.
     *
     * @param more bytes by which the longest body exceeds the whole job's body; negative for a
     *     shorter one
     */
    private AttemptTokens tokens(PlanningJob job, Model model, long more, SplitPlan split) {
        long body = job.profile().maxInputTokens(model).orElse(MAX_TOKENS) + more;
        long input = Math.min(Math.max(0, body), model.contextWindow().orElse(MAX_TOKENS));
        WorstCaseCost worst = worstCase(job, model);
        return new AttemptTokens(
                Math.min(input, MAX_TOKENS) * split.calls(),
                Math.min(worst.output().orElseThrow(), MAX_TOKENS) * split.calls(),
                worst.tier(),
                worst.toolsUsd());
    }

    private static JobCostLimit limit(
            List<BigDecimal> attempts,
            List<AttemptTokens> tokens,
            @Nullable BigDecimal ceiling,
            boolean isUnderBudget) {
        return isUnderBudget || ceiling == null
                ? JobCostLimit.underBudget(attempts, tokens, ceiling)
                : new JobCostLimit(ceiling, attempts, BigDecimal.ZERO, tokens);
    }

    /**
     * Returns the limit of a job under a budget at the current prices.
     *
     * @param planned limit at the prices of its plan
     * @param calls number of calls that the limit counts
     * @param ceiling supplies {@code max_cost_usd}; null for none
     */
    JobCostLimit atCurrentPrices(
            JobCostLimit planned,
            List<Model> chain,
            int calls,
            Supplier<? extends @Nullable BigDecimal> ceiling) {
        List<AttemptTokens> tokens = planned.attemptTokens();
        if (tokens.size() != chain.size()) {
            return planned;
        }
        List<BigDecimal> attempts = attempts(chain, tokens, calls);
        if (isSame(attempts, planned.attemptUsd())) {
            return planned;
        }
        return planned.withAttempts(
                attempts, calls == 1 ? ceiling.get() : ofSplit(attempts, ceiling.get()));
    }

    private static boolean isSame(List<BigDecimal> amounts, List<BigDecimal> others) {
        return IntStream.range(0, amounts.size())
                .allMatch(it -> amounts.get(it).compareTo(others.get(it)) == 0);
    }

    private static AttemptTokens tokens(WorstCaseCost worst) {
        return new AttemptTokens(
                worst.input().orElseThrow(),
                worst.output().orElseThrow(),
                worst.tier(),
                worst.toolsUsd());
    }

    private WorstCaseCost worstCase(PlanningJob job, Model model) {
        Endpoint called = serviceable.called(job.line().endpoint(), model);
        return WorstCaseCost.of(model, called, job.profile(), job.line().pricedFields());
    }
}
