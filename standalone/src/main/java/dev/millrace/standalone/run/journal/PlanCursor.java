package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Iterates over the plan of the current run in input order. */
public final class PlanCursor implements AutoCloseable {
    private static final String QUERY =
            "select p.position, p.file, p.source_line, l.generation, l.batch, l.line, l.job_id,"
                    + " l.repeat, p.action from plan p join lines l on l.id = p.line_id"
                    + " order by p.position";

    private final PreparedStatement statement;
    private final ResultSet rows;

    PlanCursor(Connection connection) throws SQLException {
        statement = connection.prepareStatement(QUERY);
        rows = statement.executeQuery();
    }

    /** Returns the next line; null at the end. */
    public @Nullable PlannedLine next() {
        return JournalSql.call(() -> rows.next() ? read() : null);
    }

    /** Returns at most {@code max} next lines; an empty list at the end. */
    public List<PlannedLine> next(int max) {
        var page = new ArrayList<PlannedLine>(max);
        PlannedLine line = next();
        while (line != null) {
            page.add(line);
            line = page.size() < max ? next() : null;
        }
        return page;
    }

    private PlannedLine read() throws SQLException {
        var action = PlannedLine.Action.valueOf(rows.getString(9));
        return new PlannedLine(
                rows.getLong(1),
                rows.getLong(2),
                rows.getLong(3),
                new JournaledLine(
                        rows.getInt(4),
                        rows.getString(5),
                        rows.getLong(6),
                        rows.getString(7),
                        rows.getBoolean(8),
                        action != PlannedLine.Action.PUBLISH),
                action);
    }

    @Override
    public void close() {
        JournalSql.call(
                () -> {
                    rows.close();
                    statement.close();
                    return null;
                });
    }
}
