package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.run.journal.RunPlan.KnownLine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Matches the lines of the current run with the lines of earlier runs. Equal lines of a file match
 * one after the other, in the order of their ids. The temporary table {@code unmet} holds the lines
 * without a match, and {@code awaited} the lines without an outcome if several files can share
 * them.
 */
final class KnownLineMatcher implements AutoCloseable {
    private static final String FIND =
            "select l.id, l.generation, l.batch, l.line, l.job_id, l.repeat,"
                    + " not exists (select 1 from unpublished p where p.batch = l.batch"
                    + " and p.line = l.line and p.job_id = coalesce(l.job_id, ''))"
                    + " from unmet u join lines l on l.id = u.line_id"
                    + " where u.file = ? and u.key = ? order by u.line_id limit 1";
    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement delete;
    private final PreparedStatement await;
    private final Set<Long> knownFiles = new HashSet<>();

    KnownLineMatcher(Connection connection) throws SQLException {
        this.connection = connection;
        try (var statement = connection.createStatement()) {
            statement.execute("drop table if exists temp.unmet");
            statement.execute(
                    "create temp table unmet (file integer not null, key blob not null,"
                            + " line_id integer not null, primary key (file, key, line_id))"
                            + " without rowid");
            statement.execute("drop table if exists temp.awaited");
            statement.execute(
                    "create temp table awaited (batch text not null, line integer not null,"
                            + " job_id text not null, repeat integer not null,"
                            + " primary key (batch, line, job_id, repeat)) without rowid");
        }
        find = connection.prepareStatement(FIND);
        delete =
                connection.prepareStatement(
                        "delete from unmet where file = ? and key = ? and line_id = ?");
        await = connection.prepareStatement("insert or ignore into awaited values (?, ?, ?, ?)");
    }

    /** Loads the lines of a known file, in the order of the keys to avoid random writes. */
    void load(long file) throws SQLException {
        knownFiles.add(file);
        JournalSql.execute(
                connection,
                "insert into unmet select file, key, id from lines where file = ?"
                        + " order by file, key, id",
                file);
    }

    /** Returns the next unmatched line with the given key; empty if the line is new. */
    Optional<KnownLine> match(long file, byte[] key) throws SQLException {
        if (!knownFiles.contains(file)) {
            return Optional.empty();
        }
        find.setLong(1, file);
        find.setBytes(2, key);
        KnownLine next;
        try (var row = find.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            var line =
                    new JournaledLine(
                            row.getInt(2),
                            row.getString(3),
                            row.getLong(4),
                            row.getString(5),
                            row.getBoolean(6),
                            row.getBoolean(7));
            next = new KnownLine(file, row.getLong(1), line);
        }
        delete.setLong(1, file);
        delete.setBytes(2, key);
        delete.setLong(3, next.id());
        delete.executeUpdate();
        return Optional.of(next);
    }

    /** Deletes the lines of a file that have not been matched. */
    void deleteUnmatched(long file) throws SQLException {
        JournalSql.execute(
                connection,
                "delete from lines where id in (select line_id from unmet where file = ?)",
                file);
    }

    /** Returns false if this run awaits the outcome of an equal line already. */
    boolean addAwaited(JournaledLine line) throws SQLException {
        if (knownFiles.size() < 2) {
            return true;
        }
        await.setString(1, line.batch());
        await.setLong(2, line.line());
        await.setString(3, line.jobId() == null ? "" : line.jobId());
        await.setBoolean(4, line.isRepeat());
        return await.executeUpdate() > 0;
    }

    @Override
    public void close() throws SQLException {
        find.close();
        delete.close();
        await.close();
    }
}
