package dev.millrace.bench.store;

import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.sink.database.Dialect;
import dev.millrace.sink.row.StoredValue;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Two prepared statements that write results and cost events with all columns of the sink's tables,
 * as JDBC batches.
 */
final class BareUpserts implements AutoCloseable {
    private static final List<String> RESULT =
            List.of(
                    "job_id",
                    "custom_id",
                    "tenant",
                    "batch",
                    "line",
                    "status_code",
                    "error_code",
                    "model",
                    "provider",
                    "attempts",
                    "cost_usd",
                    "queued_ms",
                    "upstream_ms",
                    "finished_at",
                    "value",
                    "value_bytes");
    private static final List<String> COST =
            List.of(
                    "event_id",
                    "recorded_at",
                    "is_final",
                    "job_id",
                    "tenant",
                    "batch",
                    "model",
                    "provider",
                    "attempt",
                    "kind",
                    "input_tokens",
                    "cached_input_tokens",
                    "cache_write_tokens",
                    "cache_write_1h_tokens",
                    "output_tokens",
                    "reasoning_tokens",
                    "input_usd_per_million",
                    "cached_input_usd_per_million",
                    "cache_write_usd_per_million",
                    "cache_write_1h_usd_per_million",
                    "output_usd_per_million",
                    "catalog_version",
                    "cost_usd",
                    "saved_usd",
                    "reserved_usd",
                    "routed_by",
                    "routed_to",
                    "lane",
                    "error_code",
                    "attempts",
                    "job_cost_usd",
                    "upstream_ms",
                    "queued_ms",
                    "cache");

    private final Dialect dialect;
    private final PreparedStatement results;
    private final PreparedStatement costs;

    /** A finished job as it is stored. */
    record Job(ResultView view, StoredValue value, CostEvent cost, Instant finishedAt) {}

    BareUpserts(Connection connection, Dialect dialect) throws SQLException {
        this.dialect = dialect;
        results =
                connection.prepareStatement(
                        insert("results", RESULT)
                                + " ON CONFLICT (job_id) DO UPDATE SET "
                                + RESULT.stream()
                                        .skip(1)
                                        .map(it -> it + " = excluded." + it)
                                        .collect(Collectors.joining(", ")));
        costs = connection.prepareStatement(insert("costs", COST) + " ON CONFLICT DO NOTHING");
    }

    private static String insert(String table, List<String> columns) {
        return "INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                        table,
                        String.join(", ", columns),
                        String.join(", ", Collections.nCopies(columns.size(), "?")));
    }

    /** Writes the rows of jobs in the current transaction. */
    void write(List<Job> jobs) throws SQLException {
        for (Job job : jobs) {
            bind(job);
            results.addBatch();
            bindCost(job);
            costs.addBatch();
        }
        results.executeBatch();
        costs.executeBatch();
    }

    private void bind(Job job) throws SQLException {
        ResultView view = job.view;
        results.setString(1, view.jobId());
        results.setString(2, view.customId());
        results.setString(3, view.tenant());
        results.setString(4, view.batch());
        results.setLong(5, Objects.requireNonNull(view.line()));
        results.setInt(6, Objects.requireNonNull(view.statusCode()));
        results.setString(7, view.errorCode());
        results.setString(8, view.model());
        results.setString(9, view.provider());
        results.setInt(10, view.attempts());
        dialect.bindMoney(results, 11, view.costUsd());
        results.setLong(12, view.queuedMs());
        results.setLong(13, view.upstreamMs());
        dialect.bindInstant(results, 14, job.finishedAt);
        results.setBytes(15, job.value.bytes());
        results.setObject(16, job.value.originalBytes(), Types.INTEGER);
    }

    private void bindCost(Job job) throws SQLException {
        CostEvent event = job.cost;
        costs.setString(1, event.eventId());
        dialect.bindInstant(costs, 2, job.finishedAt);
        costs.setBoolean(3, event.isFinal());
        costs.setString(4, event.jobId().value());
        costs.setString(5, event.tenant());
        costs.setString(6, event.batch());
        costs.setString(7, event.model());
        costs.setString(8, event.provider());
        costs.setInt(9, event.attempt());
        costs.setString(10, event.kind().word());
        TokenUsage usage = event.usage();
        costs.setLong(11, usage.inputTokens());
        costs.setLong(12, usage.cachedInputTokens());
        costs.setLong(13, usage.cacheWriteTokens());
        costs.setLong(14, usage.cacheWriteHourTokens());
        costs.setLong(15, usage.outputTokens());
        costs.setLong(16, usage.reasoningTokens());
        Price rates = Objects.requireNonNull(event.cost().usage().rates());
        bindMoney(17, rates.input());
        bindMoney(18, rates.cachedInput());
        bindMoney(19, rates.cacheWrite());
        bindMoney(20, rates.cacheWriteHour());
        bindMoney(21, rates.output());
        costs.setString(22, event.cost().usage().catalogVersion());
        bindMoney(23, event.costUsd());
        bindMoney(24, event.savedUsd());
        bindMoney(25, event.reservedUsd());
        JobEnd end = Objects.requireNonNull(event.end());
        costs.setString(26, end.route().by());
        costs.setString(27, end.route().to());
        costs.setString(28, Objects.requireNonNull(end.lane()).word());
        costs.setString(29, end.errorCode());
        costs.setInt(30, end.attempts());
        bindMoney(31, end.jobCostUsd());
        costs.setLong(32, end.times().upstreamMs());
        costs.setLong(33, end.times().queuedMs());
        costs.setString(34, end.cache());
    }

    private void bindMoney(int index, @Nullable BigDecimal amount) throws SQLException {
        dialect.bindMoney(costs, index, amount);
    }

    @Override
    public void close() throws SQLException {
        results.close();
        costs.close();
    }
}
