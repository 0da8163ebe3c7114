package dev.millrace.contracts.job;

import dev.millrace.contracts.retrieval.RetrievalOptions;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The optional {@code millrace} object of a request.
 *
 * @param tenant tenant claimed by the line; null if not given
 * @param batch batch of the job; null if not given
 * @param priority null if not given
 * @param deadline no attempt starts after it; null for none
 * @param cache null if not given
 * @param spending what the job may cost, and how its calls are bought
 * @param fallback models to try if the first one fails; null for the catalog's chain, empty for
 *     none
 * @param labels metadata as written in the line, which the result repeats
 * @param split how a document that is too long for the model is split; null for not at all
 * @param retrieval which passages to add to the prompt; null for none
 * @param headers headers for the provider; empty for none
 * @param onUnavailable what the job does while a circuit breaker holds back its calls; null if not
 *     given
 */
public record JobOptions(
        @Nullable String tenant,
        @Nullable String batch,
        @Nullable Priority priority,
        @Nullable Instant deadline,
        @Nullable CacheMode cache,
        Spending spending,
        @Nullable List<String> fallback,
        JobLabels labels,
        @Nullable SplitOptions split,
        @Nullable RetrievalOptions retrieval,
        Map<ProviderHeader, String> headers,
        @Nullable OnUnavailable onUnavailable) {

    /**
     * What a job may cost.
     *
     * @param maxUsd maximum cost of the job, not negative; null for no limit
     * @param buy how its calls are bought; null if not given
     */
    public record Spending(@Nullable BigDecimal maxUsd, @Nullable Buy buy) {}

    /** The options of a line without a {@code millrace} object. */
    public static final JobOptions NONE =
            new JobOptions(null, null, null, null, null, null, null, null);

    /**
     * Creates the options of a job that is not split, gets no passages, and does not say how it is
     * bought.
     */
    public JobOptions(
            @Nullable String tenant,
            @Nullable String batch,
            @Nullable Priority priority,
            @Nullable Instant deadline,
            @Nullable CacheMode cache,
            @Nullable BigDecimal maxCostUsd,
            @Nullable List<String> fallback,
            @Nullable String metadata) {
        this(
                tenant,
                batch,
                priority,
                deadline,
                cache,
                new Spending(maxCostUsd, null),
                fallback,
                new JobLabels(null, metadata),
                null,
                null,
                Map.of(),
                null);
    }

    /** Returns the maximum cost of the job, not negative; null for no limit. */
    public @Nullable BigDecimal maxCostUsd() {
        return spending.maxUsd;
    }

    /** Returns how the calls of the job are bought; null if not given. */
    public @Nullable Buy buy() {
        return spending.buy;
    }

    /**
     * Returns a copy with options that are not given here.
     *
     * @param otherBuy null if not given
     * @param otherDeadline null for none
     */
    JobOptions withDefaults(@Nullable Buy otherBuy, @Nullable Instant otherDeadline) {
        return new JobOptions(
                tenant,
                batch,
                priority,
                deadline == null ? otherDeadline : deadline,
                cache,
                new Spending(maxCostUsd(), buy() == null ? otherBuy : buy()),
                fallback,
                labels,
                split,
                retrieval,
                headers,
                onUnavailable);
    }

    /** Returns the metadata, a JSON object as written in the line; null for none. */
    public @Nullable String metadata() {
        return labels.metadata();
    }

    public JobOptions {
        fallback = fallback == null ? null : List.copyOf(fallback);
        headers = Map.copyOf(headers);
    }
}
