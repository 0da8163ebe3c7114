package dev.millrace.contracts.result;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The cost or saving of one attempt.
 *
 * @param model catalog name of the model; null if none was selected
 * @param provider null if no call was made or the provider is unknown
 * @param attempt number of the call, from 1; 0 if no call was made
 * @param costUsd what the provider stated, else tokens × price ÷ 1,000,000 and the calls of tools,
 *     exact; for an uncertain attempt the known upper bound, taken from the job's {@link
 *     dev.millrace.contracts.header.JobCostLimit} if the job has one
 * @param savedUsd cost of an avoided call; or what a call at a cheaper service tier cost less than
 *     at the standard one, at the catalog's prices
 * @param spilled true if the job was bought at the lowest price, and was called at the standard
 *     tier because it was too late for the cheaper one
 */
public record AttemptCost(
        @Nullable String model,
        @Nullable String provider,
        int attempt,
        CostKind kind,
        PricedUsage usage,
        BigDecimal costUsd,
        BigDecimal savedUsd,
        boolean spilled) {
    /** Creates the cost of an attempt that did not spill. */
    public AttemptCost(
            @Nullable String model,
            @Nullable String provider,
            int attempt,
            CostKind kind,
            PricedUsage usage,
            BigDecimal costUsd,
            BigDecimal savedUsd) {
        this(model, provider, attempt, kind, usage, costUsd, savedUsd, false);
    }

    /** No call was made. */
    public static final AttemptCost NONE = without(CostKind.NONE, null, null, BigDecimal.ZERO);

    /**
     * Returns the cost of a job that got another job's answer and needed no call.
     *
     * @param answeredBy model that gave the answer
     * @param answeredAt provider of that model; null if unknown
     * @param callUsd cost of the other job, in US dollars
     */
    public static AttemptCost saved(
            String answeredBy, @Nullable String answeredAt, BigDecimal callUsd) {
        return without(CostKind.SAVED, answeredBy, answeredAt, callUsd);
    }

    /** Returns a copy with the cost that the provider stated, which then counts. */
    public AttemptCost stated(BigDecimal usd) {
        return new AttemptCost(
                model,
                provider,
                attempt,
                kind,
                usage.withCatalogUsd(costUsd),
                usd,
                savedUsd,
                spilled);
    }

    private static AttemptCost without(
            CostKind kind, @Nullable String model, @Nullable String provider, BigDecimal savedUsd) {
        return new AttemptCost(
                model, provider, 0, kind, PricedUsage.NONE, BigDecimal.ZERO, savedUsd);
    }

    /**
     * Returns the cost of a call with an unknown outcome: it was possibly billed, at prices that
     * are unknown here.
     *
     * @param attempt number of the call, from 1
     * @param calledModel null if unknown
     * @param atMostUsd the highest cost of the call; 0 if unknown
     */
    public static AttemptCost uncertain(
            int attempt, @Nullable String calledModel, BigDecimal atMostUsd) {
        return new AttemptCost(
                calledModel,
                null,
                attempt,
                CostKind.UNCERTAIN,
                PricedUsage.NONE,
                atMostUsd,
                BigDecimal.ZERO);
    }
}
