package dev.millrace.standalone.run.journal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Runs database work and turns an {@link SQLException} into a message for the user. */
final class JournalSql {
    private JournalSql() {}

    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    static <T extends @Nullable Object> T call(Work<T> work) {
        try {
            return work.run();
        } catch (SQLException e) {
            throw new JournalException("The journal of runs cannot be used: " + e.getMessage(), e);
        }
    }
}
