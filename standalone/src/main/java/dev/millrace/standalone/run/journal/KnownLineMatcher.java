package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.run.journal.RunPlan.KnownLine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Matches the lines of the current run with the lines of earlier runs. Equal lines of a file match
 * one after the other, in the order of their ids.
 *
 * <p>An unchanged file has its lines in the order of their ids, so they are read in this order.
 * From the first difference on, the temporary table {@code unmet} holds the lines without a match.
 * The temporary table {@code awaited} holds the lines without an outcome if several files can share
 * them.
 */
public final class KnownLineMatcher implements AutoCloseable {
    private static final int PAGE = 500;

    private static final String COLUMNS =
            "select l.id, l.key, l.generation, l.batch, l.line, l.job_id, l.repeat, l.published";
    private static final String FIND =
            COLUMNS
                    + " from unmet u join lines l on l.id = u.line_id"
                    + " where u.file = ? and u.key = ? order by u.line_id limit 1";
    private static final String NEXT =
            COLUMNS
                    + " from lines l where l.file = ? and l.key <> x'' and l.id > ? and l.id <= ?"
                    + " order by l.id limit "
                    + PAGE;
    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement next;
    private final PreparedStatement delete;
    private final PreparedStatement await;
    private final Map<Long, FileLines> knownFiles = new HashMap<>();

    /** The lines of a file while they match in the order of their ids. */
    private static final class FileLines {
        final Deque<KeyedLine> page = new ArrayDeque<>();

        /** Lines with greater ids are new in this run. */
        final long lastId;

        long matchedId;
        boolean isInOrder = true;

        FileLines(long lastId) {
            this.lastId = lastId;
        }
    }

    private record KeyedLine(byte[] key, KnownLine line) {}

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
        next = connection.prepareStatement(NEXT);
        delete =
                connection.prepareStatement(
                        "delete from unmet where file = ? and key = ? and line_id = ?");
        await = connection.prepareStatement("insert or ignore into awaited values (?, ?, ?, ?)");
    }

    /** Makes the lines of a known file match, except those that are added later. */
    void load(long file) throws SQLException {
        long lastId =
                JournalSql.first(
                                connection,
                                "select coalesce(max(id), 0) from lines",
                                row -> row.getLong(1))
                        .orElseThrow();
        knownFiles.put(file, new FileLines(lastId));
    }

    /** Returns the next unmatched line with the given key; empty if the line is new. */
    public Optional<KnownLine> match(long file, byte[] key) {
        return JournalSql.call(() -> matchLine(file, key));
    }

    private Optional<KnownLine> matchLine(long file, byte[] key) throws SQLException {
        FileLines lines = knownFiles.get(file);
        if (lines == null) {
            return Optional.empty();
        }
        if (lines.isInOrder) {
            KeyedLine expected = peek(file, lines);
            if (expected != null && Arrays.equals(expected.key, key)) {
                lines.page.remove();
                lines.matchedId = expected.line.id();
                return Optional.of(expected.line);
            }
            lines.isInOrder = false;
            loadUnmet(file, lines);
        }
        return matchUnmet(file, key);
    }

    private @Nullable KeyedLine peek(long file, FileLines lines) throws SQLException {
        if (lines.page.isEmpty()) {
            next.setLong(1, file);
            next.setLong(2, lines.matchedId);
            next.setLong(3, lines.lastId);
            try (var row = next.executeQuery()) {
                while (row.next()) {
                    lines.page.add(new KeyedLine(row.getBytes(2), line(file, row)));
                }
            }
        }
        return lines.page.peek();
    }

    private static KnownLine line(long file, ResultSet row) throws SQLException {
        var line =
                new JournaledLine(
                        row.getInt(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getString(6),
                        row.getBoolean(7),
                        row.getBoolean(8));
        return new KnownLine(file, row.getLong(1), line);
    }

    /** Loads the unmatched lines of a file, in the order of the keys to avoid random writes. */
    private void loadUnmet(long file, FileLines lines) throws SQLException {
        lines.page.clear();
        JournalSql.execute(
                connection,
                "insert into unmet select file, key, id from lines where file = ? and key <> x''"
                        + " and id > ? and id <= ? order by file, key, id",
                file,
                lines.matchedId,
                lines.lastId);
    }

    private Optional<KnownLine> matchUnmet(long file, byte[] key) throws SQLException {
        find.setLong(1, file);
        find.setBytes(2, key);
        KnownLine found;
        try (var row = find.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            found = line(file, row);
        }
        delete.setLong(1, file);
        delete.setBytes(2, key);
        delete.setLong(3, found.id());
        delete.executeUpdate();
        return Optional.of(found);
    }

    /** Deletes the lines of a file that have not been matched. */
    void deleteUnmatched(long file) throws SQLException {
        FileLines lines = knownFiles.get(file);
        if (lines != null && lines.isInOrder) {
            JournalSql.execute(
                    connection,
                    "delete from lines where file = ? and id > ? and id <= ?",
                    file,
                    lines.matchedId,
                    lines.lastId);
            return;
        }
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
    public void close() {
        JournalSql.call(
                () -> {
                    for (var statement : List.of(find, next, delete, await)) {
                        statement.close();
                    }
                    return null;
                });
    }
}
