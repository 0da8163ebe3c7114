package dev.millrace.contracts.job;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The optional {@code millrace} object of a request.
 *
 * @param tenant who asks, as claimed; null when the line does not say
 * @param batch the batch it belongs to; null when the line does not say
 * @param priority null when the line does not say
 * @param deadline no attempt starts after it; null for none
 * @param cache null when the line does not say
 * @param maxCostUsd the most that the job may cost, not negative; null for no limit
 * @param fallback models to try when the first one fails; null for the catalog's chain, empty for
 *     none
 * @param metadata a JSON object as the line wrote it, echoed in the result; null for none
 */
public record JobOptions(
        @Nullable String tenant,
        @Nullable String batch,
        @Nullable Priority priority,
        @Nullable Instant deadline,
        @Nullable CacheMode cache,
        @Nullable BigDecimal maxCostUsd,
        @Nullable List<String> fallback,
        @Nullable String metadata) {

    /** A line that says nothing. */
    public static final JobOptions NONE =
            new JobOptions(null, null, null, null, null, null, null, null);

    public JobOptions {
        fallback = fallback == null ? null : List.copyOf(fallback);
    }
}
