package dev.millrace.store.usage;

import dev.millrace.store.result.BatchKey;
import dev.millrace.store.sums.RollupFilter;
import dev.millrace.store.sums.TimeCover;
import java.time.Instant;
import java.util.Optional;

/**
 * The rows that a question is about. An empty field matches every row.
 *
 * @param from first time
 * @param to time after the last
 */
public record UsageFilter(
        Optional<String> tenant,
        Optional<String> batch,
        Optional<String> model,
        Optional<String> provider,
        Optional<Instant> from,
        Optional<Instant> to) {

    /** Returns a question about a batch. */
    public static UsageFilter of(BatchKey batch) {
        return new UsageFilter(
                Optional.of(batch.tenant()),
                Optional.of(batch.batch()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns this question, restricted to a part of the time. */
    UsageFilter within(TimeCover.Span span) {
        return new UsageFilter(
                tenant, batch, model, provider, Optional.of(span.from()), Optional.of(span.to()));
    }

    /** Returns the rollups that this question is about. Rollups do not name batches. */
    RollupFilter rollups() {
        return new RollupFilter(tenant, model, provider);
    }
}
