package dev.millrace.sink.database;

import dev.millrace.sink.rollup.LatencyBuckets;
import dev.millrace.sink.rollup.RollupCounter;
import dev.millrace.sink.rollup.RollupKey;
import dev.millrace.sink.rollup.RollupSums;
import dev.millrace.sink.rollup.Rollups;
import dev.millrace.sink.row.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Adds new cost events to the table of rollups. */
final class RollupTable implements AutoCloseable {
    private static final List<String> KEY =
            List.of("period", "starts_at", "tenant", "model", "provider", "routed_by", "routed_to");
    private static final List<String> MONEY = List.of("billed_usd", "uncertain_usd", "saved_usd");

    private static final String SLOWEST = "slowest_ms";

    /** Rollups in memory while the table is filled from stored events. */
    private static final int MAX_ROLLUPS = 10_000;

    private static final int FETCH_ROWS = 1_000;

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
        for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
            counts.add(LatencyBuckets.column(bucket));
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

    /** Adds all stored events to the empty table. */
    void fill(Connection connection) throws SQLException {
        sumStored(connection, "", this::write);
    }

    /**
     * Moves the cost of stored uncertain events from the column of billed amounts to their own, and
     * finds the slowest stored calls. Rollups that are missing were erased.
     */
    void separate(Connection connection) throws SQLException {
        String change =
                "UPDATE rollups SET billed_usd = %s, uncertain_usd = %s, slowest_ms = %s WHERE %s"
                        .formatted(
                                dialect.moneySum("billed_usd", "?"),
                                dialect.moneySum("uncertain_usd", "?"),
                                larger(SLOWEST, "CAST(? AS BIGINT)"),
                                String.join(" = ? AND ", KEY) + " = ?");
        try (PreparedStatement update = connection.prepareStatement(change)) {
            sumStored(
                    connection,
                    " WHERE kind = 'uncertain' OR (is_final AND attempts > 0)",
                    rollups -> {
                        for (var entry : rollups.sums().entrySet()) {
                            RollupSums sums = entry.getValue();
                            var binder =
                                    new Binder(update, dialect)
                                            .money(sums.uncertainUsd().negate())
                                            .money(sums.uncertainUsd())
                                            .number(sums.slowestMs())
                                            .number(sums.slowestMs());
                            bind(binder, entry.getKey()).add();
                        }
                        update.executeBatch();
                    });
        }
    }

    private interface Receiver {
        void receive(Rollups rollups) throws SQLException;
    }

    private void sumStored(Connection connection, String condition, Receiver receiver)
            throws SQLException {
        var rollups = new Rollups(Binder::storable);
        try (Statement select = connection.createStatement()) {
            select.setFetchSize(FETCH_ROWS);
            try (ResultSet rows =
                    select.executeQuery("SELECT " + CostTable.READ + " FROM costs" + condition)) {
                while (rows.next()) {
                    rollups.add(dialect.instant(rows, 1), CostTable.read(rows));
                    if (rollups.size() > MAX_ROLLUPS) {
                        receiver.receive(rollups);
                        rollups.clear();
                    }
                }
            }
        }
        receiver.receive(rollups);
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
        for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
            binder.number(sums.calls(bucket));
        }
        binder.money(sums.billedUsd())
                .money(sums.uncertainUsd())
                .money(sums.savedUsd())
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
