package dev.millrace.sink.usage;

import dev.millrace.sink.sums.RollupFilter;
import dev.millrace.sink.sums.TimeCover;
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

    /** Returns the same question about a part of the time. */
    UsageFilter within(TimeCover.Span span) {
        return new UsageFilter(
                tenant, batch, model, provider, Optional.of(span.from()), Optional.of(span.to()));
    }

    /** Returns the rollups that this question is about. Rollups do not name batches. */
    RollupFilter rollups() {
        return new RollupFilter(tenant, model, provider);
    }
}
