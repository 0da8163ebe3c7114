package dev.millrace.store.result;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.query.QueryRunner;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The results of a batch in line order, read on demand. */
public final class ResultLines {
    private final QueryRunner runner;
    private final LineOrderReader reader;

    ResultLines(QueryRunner runner, LineOrderReader reader) {
        this.runner = runner;
        this.reader = reader;
    }

    /** Returns the next result; null at the end. */
    public @Nullable StoredResult next() throws DatabaseException {
        try {
            return reader.next();
        } catch (SQLException e) {
            throw runner.explain(e);
        }
    }
}
