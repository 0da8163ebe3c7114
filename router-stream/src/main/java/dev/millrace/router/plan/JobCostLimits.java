package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.money.Price;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Computes the highest cost of a job at the models of its chain. */
public record JobCostLimits(ServiceableModels serviceable) {
    /**
     * Number of times that a budget reserves the calls of a job with several ones: they share the
     * second time, since none of them returns to the router for another attempt.
     */
    private static final BigDecimal RESERVED_TIMES = BigDecimal.TWO;

    /**
     * Returns the highest cost of one attempt at each model, and the limit of all attempts. A job
     * can use all of its {@code max_cost_usd}, unless a budget has to reserve each attempt.
     *
     * @param chain models for which {@link CostCeilingCheck} has found a bound
     */
    JobCostLimit of(PlanningJob job, List<Model> chain) {
        List<WorstCaseCost> worst =
                chain.stream()
                        .map(it -> job.worstCase(it, serviceable.called(job.line().endpoint(), it)))
                        .toList();
        return limit(
                worst.stream().map(it -> it.usd().orElseThrow()).toList(),
                worst.stream().map(JobCostLimits::tokens).toList(),
                job.line().options().maxCostUsd(),
                job.request().isUnderBudget());
    }

    /**
     * Returns the highest cost of a job with several calls: the sum over all of them.
     *
     * @param tokens most tokens of all calls together, at each model
     */
    public static JobCostLimit ofCalls(
            PlanningJob job, List<Model> chain, List<AttemptTokens> tokens, int calls) {
        List<BigDecimal> attempts =
                attempts(chain.stream().map(job::price).toList(), tokens, calls);
        BigDecimal ceiling = job.line().options().maxCostUsd();
        return limit(
                attempts,
                tokens,
                job.request().isUnderBudget() ? mostOfCalls(attempts, ceiling) : ceiling,
                job.request().isUnderBudget());
    }

    /** Returns the most that is reserved for a job with several calls. */
    private static BigDecimal mostOfCalls(List<BigDecimal> attempts, @Nullable BigDecimal ceiling) {
        BigDecimal most = Collections.max(attempts).multiply(RESERVED_TIMES);
        return ceiling == null ? most : ceiling.min(most);
    }

    /**
     * Returns the highest costs of all calls together at each model. Each call has separate rates,
     * which depend on its length.
     *
     * @param tokens most tokens of all calls together
     */
    private static List<BigDecimal> attempts(
            List<Price> chain, List<AttemptTokens> tokens, int calls) {
        List<BigDecimal> attempts = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            attempts.add(
                    tokens.get(i)
                            .ofOneOf(calls)
                            .highestCostAt(chain.get(i))
                            .multiply(BigDecimal.valueOf(calls)));
        }
        return attempts;
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
     * @param chain prices of the models of its chain
     * @param calls number of calls that the limit counts
     * @param ceiling supplies {@code max_cost_usd}; null for none
     */
    JobCostLimit atCurrentPrices(
            JobCostLimit planned,
            List<Price> chain,
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
                attempts, calls == 1 ? ceiling.get() : mostOfCalls(attempts, ceiling.get()));
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
}
