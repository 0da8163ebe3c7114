package dev.millrace.standalone.run.journal;

import dev.millrace.standalone.run.journal.RunPlan.KnownLine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Matches the lines of a new file with the lines of an earlier batch. Changes nothing. */
public final class EqualLines implements AutoCloseable {
    private final long file;
    private final KnownLineMatcher matcher;

    EqualLines(Connection connection, long file) throws SQLException {
        this.file = file;
        matcher = new KnownLineMatcher(connection);
        matcher.load(file);
    }

    /** Returns the next unmatched line of the batch with the given key; empty if it has none. */
    public Optional<KnownLine> match(byte[] key) {
        return JournalSql.call(() -> matcher.match(file, key));
    }

    @Override
    public void close() {
        JournalSql.call(
                () -> {
                    matcher.close();
                    return null;
                });
    }
}
