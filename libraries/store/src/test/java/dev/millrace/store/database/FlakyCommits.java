package dev.millrace.store.database;

import dev.millrace.store.rollup.RollupPeriod;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** SQLite whose responses to commits can get lost, as over a network. */
final class FlakyCommits implements Dialect {
    private final Dialect real;

    /** Makes the next commit fail, before or after it takes effect. */
    @Nullable Moment next;

    enum Moment {
        BEFORE,
        AFTER
    }

    FlakyCommits(Dialect real) {
        this.real = real;
    }

    @Override
    public void commit(Connection writer) throws SQLException {
        Moment moment = next;
        next = null;
        if (moment != Moment.BEFORE) {
            real.commit(writer);
        }
        if (moment != null) {
            throw new SQLException("the answer was lost", "08006", 5);
        }
    }

    @Override
    public Connection openWriter() throws SQLException {
        return real.openWriter();
    }

    @Override
    public void checkConstraintsImmediately(Connection writer) throws SQLException {
        real.checkConstraintsImmediately(writer);
    }

    @Override
    public Connection openReader() throws SQLException {
        return real.openReader();
    }

    @Override
    public void begin(Connection writer) throws SQLException {
        real.begin(writer);
    }

    @Override
    public void rollback(Connection writer) throws SQLException {
        real.rollback(writer);
    }

    @Override
    public Map<String, String> types() {
        return real.types();
    }

    @Override
    public void lockForMigration(Connection connection) throws SQLException {
        real.lockForMigration(connection);
    }

    @Override
    public void liftTimeLimits(Connection connection) throws SQLException {
        real.liftTimeLimits(connection);
    }

    @Override
    public void lockForWriting(Connection writer) throws SQLException {
        real.lockForWriting(writer);
    }

    @Override
    public void lockForErasure(Connection writer) throws SQLException {
        real.lockForErasure(writer);
    }

    @Override
    public Optional<String> sharedTables(Connection connection) throws SQLException {
        return real.sharedTables(connection);
    }

    @Override
    public boolean hasTable(Connection connection, String table) throws SQLException {
        return real.hasTable(connection, table);
    }

    @Override
    public void bindMoney(PreparedStatement statement, int index, @Nullable BigDecimal amount)
            throws SQLException {
        real.bindMoney(statement, index, amount);
    }

    @Override
    public void bindInstant(PreparedStatement statement, int index, Instant instant)
            throws SQLException {
        real.bindInstant(statement, index, instant);
    }

    @Override
    public boolean countsEachInsert() {
        return real.countsEachInsert();
    }

    @Override
    public Instant storable(Instant instant) {
        return real.storable(instant);
    }

    @Override
    public String moneySum(String left, String right) {
        return real.moneySum(left, right);
    }

    @Override
    public Instant instant(ResultSet rows, int column) throws SQLException {
        return real.instant(rows, column);
    }

    @Override
    public String periodOf(String column, RollupPeriod period) {
        return real.periodOf(column, period);
    }

    @Override
    public String moneyTotal(String column) {
        return real.moneyTotal(column);
    }

    @Override
    public FailureKind kindOf(SQLException e) {
        return real.kindOf(e);
    }
}
