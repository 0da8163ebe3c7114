package dev.millrace.store.result;

import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.store.query.Query;
import dev.millrace.store.query.QueryRunner;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Computes the totals of a batch. Adds up money in Java, because SQLite adds numbers in binary
 * floating point. The database returns equal amounts as one row with their count.
 */
final class BatchSummarizer {
    private static final String OF_BATCH = " WHERE tenant = ? AND batch = ? ";

    private final QueryRunner runner;
    private final BatchKey key;
    private final Map<String, ModelTotals> models = new HashMap<>();
    private final SortedMap<String, Long> errors = new TreeMap<>();
    private long results;

    BatchSummarizer(QueryRunner runner, BatchKey key) {
        this.runner = runner;
        this.key = key;
    }

    BatchSummary summarize() throws SQLException {
        query("SELECT model, error_code, COUNT(*) FROM results" + OF_BATCH + "GROUP BY 1, 2")
                .forEachRow(this::onJobs);
        query(
                        "SELECT model, SUM(input_tokens), SUM(cached_input_tokens),"
                                + " SUM(cache_write_tokens), SUM(output_tokens), SUM(reasoning_tokens) FROM costs"
                                + OF_BATCH
                                + "GROUP BY 1")
                .forEachRow(this::onTokens);
        query(
                        "SELECT model, kind, cost_usd, saved_usd, COUNT(*) FROM costs"
                                + OF_BATCH
                                + "AND kind <> 'none' GROUP BY 1, 2, 3, 4")
                .forEachRow(this::onCosts);
        return new BatchSummary(
                results,
                errors,
                deadLetters(),
                byModel(),
                percentiles("upstream_ms"),
                percentiles("queued_ms"));
    }

    private void onJobs(ResultSet row) throws SQLException {
        ModelTotals model = model(row.getString(1));
        String error = row.getString(2);
        long count = row.getLong(3);
        results += count;
        model.jobs += count;
        if (error != null) {
            model.failed += count;
            errors.merge(error, count, Long::sum);
        }
    }

    private void onTokens(ResultSet row) throws SQLException {
        model(row.getString(1)).usage =
                new TokenUsage(
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6));
    }

    private void onCosts(ResultSet row) throws SQLException {
        ModelTotals model = model(row.getString(1));
        long count = row.getLong(5);
        BigDecimal cost = times(row.getString(3), count);
        CostKind.of(row.getString(2))
                .ifPresent(
                        kind -> {
                            model.attempts.merge(kind, count, Long::sum);
                            model.costs.merge(kind, cost, BigDecimal::add);
                        });
        model.saved = model.saved.add(times(row.getString(4), count));
    }

    private static BigDecimal times(String amount, long count) {
        return new BigDecimal(amount).multiply(BigDecimal.valueOf(count));
    }

    private SortedMap<String, Long> deadLetters() throws SQLException {
        var reasons = new TreeMap<String, Long>();
        Query.of(
                        "SELECT reason, COUNT(*) FROM dead_letters WHERE "
                                + ResultStore.LETTERS_OF_BATCH
                                + " GROUP BY 1",
                        key.batch(),
                        key.tenant())
                .run(runner, row -> reasons.put(row.getString(1), row.getLong(2)));
        return reasons;
    }

    /** Computes percentiles by nearest rank over the sorted durations. */
    private Percentiles percentiles(String column) throws SQLException {
        String fromCalledJobs = " FROM results" + OF_BATCH + "AND attempts > 0 ";
        var total = new long[1];
        query("SELECT COUNT(*)" + fromCalledJobs).forEachRow(row -> total[0] = row.getLong(1));
        var percentiles = new PercentileCounter(total[0]);
        query("SELECT " + column + ", COUNT(*)" + fromCalledJobs + "GROUP BY 1 ORDER BY 1")
                .forEachRow(row -> percentiles.onDuration(row.getLong(1), row.getLong(2)));
        return percentiles.percentiles();
    }

    private List<ModelSummary> byModel() {
        var summaries = new ArrayList<ModelSummary>();
        models.forEach((name, model) -> summaries.add(model.summary(name)));
        summaries.sort(
                Comparator.comparing(
                        ModelSummary::model, Comparator.nullsFirst(Comparator.naturalOrder())));
        return summaries;
    }

    private ModelTotals model(@Nullable String name) {
        return models.computeIfAbsent(name == null ? "" : name, _ -> new ModelTotals());
    }

    private Rows query(String sql) {
        return each -> Query.of(sql, key.tenant(), key.batch()).run(runner, each);
    }

    private interface Rows {
        void forEachRow(Query.EachRow each) throws SQLException;
    }

    private static final class ModelTotals {
        private long jobs;
        private long failed;
        private TokenUsage usage = TokenUsage.NONE;
        private final Map<CostKind, BigDecimal> costs = new EnumMap<>(CostKind.class);
        private final Map<CostKind, Long> attempts = new EnumMap<>(CostKind.class);
        private BigDecimal saved = BigDecimal.ZERO;

        ModelSummary summary(String name) {
            return new ModelSummary(
                    name.isEmpty() ? null : name,
                    jobs,
                    failed,
                    usage,
                    cost(CostKind.BILLED),
                    cost(CostKind.UNCERTAIN),
                    attempts.getOrDefault(CostKind.UNCERTAIN, 0L),
                    Usd.normalised(saved));
        }

        private BigDecimal cost(CostKind kind) {
            return Usd.normalised(costs.getOrDefault(kind, BigDecimal.ZERO));
        }
    }
}
