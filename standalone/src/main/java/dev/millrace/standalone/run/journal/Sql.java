package dev.millrace.standalone.run.journal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Turns what the database throws into what a user can read. */
final class Sql {
    private Sql() {}

    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    static <T extends @Nullable Object> T in(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new JournalException("the journal of runs cannot be used: " + e.getMessage(), e);
        }
    }
}
