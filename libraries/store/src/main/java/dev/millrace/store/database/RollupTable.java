package dev.millrace.store.database;

import dev.millrace.store.rollup.DurationBuckets;
import dev.millrace.store.rollup.RollupCounter;
import dev.millrace.store.rollup.RollupKey;
import dev.millrace.store.rollup.RollupSums;
import dev.millrace.store.rollup.Rollups;
import dev.millrace.store.row.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Adds new cost events to the table of rollups. */
final class RollupTable implements AutoCloseable {
    private static final List<String> KEY =
            List.of("period", "starts_at", "tenant", "model", "provider", "routed_by", "routed_to");
    private static final List<String> MONEY =
            List.of("billed_usd", "uncertain_usd", "saved_usd", "catalog_usd");

    private static final String SLOWEST = "slowest_ms";

    private final Dialect dialect;
    private final PreparedStatement upsert;

    RollupTable(Connection connection, Dialect dialect) throws SQLException {
        this.dialect = dialect;
        upsert = connection.prepareStatement(upsert(dialect));
    }

    private static String upsert(Dialect dialect) {
        List<String> counts = counts();
        var columns = new ArrayList<>(KEY);
        columns.addAll(counts);
        columns.addAll(MONEY);
        columns.add(SLOWEST);
        var changes = new ArrayList<String>();
        for (String column : counts) {
            changes.add(column + " = rollups." + column + " + excluded." + column);
        }
        for (String column : MONEY) {
            changes.add(
                    column + " = " + dialect.moneySum("rollups." + column, "excluded." + column));
        }
        changes.add(SLOWEST + " = " + larger("rollups." + SLOWEST, "excluded." + SLOWEST));
        return Binder.insert("rollups", columns, 1)
                + " ON CONFLICT ("
                + String.join(", ", KEY)
                + ") DO UPDATE SET "
                + String.join(", ", changes);
    }

    /** Returns the larger of two numbers. */
    private static String larger(String left, String right) {
        return "CASE WHEN %s > %s THEN %s ELSE %s END".formatted(right, left, right, left);
    }

    private static List<String> counts() {
        var counts = new ArrayList<String>();
        for (RollupCounter counter : RollupCounter.ALL) {
            counts.add(counter.column());
        }
        for (int bucket = 0; bucket < DurationBuckets.COUNT; bucket++) {
            counts.add(DurationBuckets.column(bucket));
        }
        return counts;
    }

    /** Adds events that were not stored before. */
    void add(List<Row.Cost> events) throws SQLException {
        var rollups = new Rollups(Binder::storable);
        for (Row.Cost row : events) {
            rollups.add(dialect.storable(row.position().recordedAt()), row.event());
        }
        write(rollups);
    }

    private void write(Rollups rollups) throws SQLException {
        try {
            for (var entry : rollups.sums().entrySet()) {
                bind(entry.getKey(), entry.getValue());
            }
            upsert.executeBatch();
        } catch (SQLException e) {
            upsert.clearBatch();
            throw e;
        }
    }

    private void bind(RollupKey key, RollupSums sums) throws SQLException {
        Binder binder = bind(new Binder(upsert, dialect), key);
        for (long count : sums.counts()) {
            binder.number(count);
        }
        for (int bucket = 0; bucket < DurationBuckets.COUNT; bucket++) {
            binder.number(sums.calls(bucket));
        }
        binder.money(sums.billedUsd())
                .money(sums.uncertainUsd())
                .money(sums.savedUsd())
                .money(sums.catalogUsd())
                .number(sums.slowestMs())
                .add();
    }

    private static Binder bind(Binder binder, RollupKey key) throws SQLException {
        return binder.text(key.period().word())
                .instant(key.startsAt())
                .text(key.tenant())
                .text(key.model())
                .text(key.provider())
                .text(key.routedBy())
                .text(key.routedTo());
    }

    @Override
    public void close() throws SQLException {
        upsert.close();
    }
}
