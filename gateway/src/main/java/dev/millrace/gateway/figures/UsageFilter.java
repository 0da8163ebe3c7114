package dev.millrace.gateway.figures;

import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.results.query.Condition;
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

    /**
     * Returns a question about all rows.
     *
     * @param tenant the only tenant; empty for all
     */
    static UsageFilter ofTenant(Optional<String> tenant) {
        return new UsageFilter(
                tenant,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

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

    /** Returns the condition for results or cost events, whose time is in the given column. */
    Condition events(String timeColumn) {
        return times(
                new Condition()
                        .and("tenant = ?", tenant)
                        .and("batch = ?", batch)
                        .and("model = ?", model)
                        .and("provider = ?", provider),
                timeColumn);
    }

    /** Returns the condition for dead letters, which have no model or provider. */
    Condition deadLetters() {
        return deadLetters("tenant = ?");
    }

    /**
     * Returns the condition for counting dead letters. A batch's dead letters without a tenant
     * count for the default tenant, as in the batch's manifest.
     */
    Condition countedDeadLetters() {
        return deadLetters(batch.isEmpty() ? "tenant = ?" : BatchReader.TENANT_OR_DEFAULT);
    }

    private Condition deadLetters(String ofTenant) {
        return times(new Condition().and(ofTenant, tenant).and("batch = ?", batch), "received_at");
    }

    private Condition times(Condition rows, String column) {
        return rows.and(column + " >= ?", from).and(column + " < ?", to);
    }
}
