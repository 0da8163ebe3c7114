package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Walks over the plan of the current run in input order, holding one page of it at a time. */
public final class PlanCursor implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet rows;

    PlanCursor(Connection connection) throws SQLException {
        statement =
                connection.prepareStatement(
                        "select position, file, source_line, generation, batch, line, job_id,"
                                + " repeat, fate from plan order by position");
        rows = statement.executeQuery();
    }

    /** The next lines, at most {@code max}; empty at the end. */
    public List<PlannedLine> next(int max) {
        return Sql.in(
                () -> {
                    var page = new ArrayList<PlannedLine>(max);
                    while (page.size() < max && rows.next()) {
                        page.add(read());
                    }
                    return page;
                });
    }

    private PlannedLine read() throws SQLException {
        Fate fate = Fate.valueOf(rows.getString("fate"));
        return new PlannedLine(
                rows.getLong("position"),
                rows.getLong("file"),
                rows.getLong("source_line"),
                new JournaledLine(
                        rows.getInt("generation"),
                        rows.getString("batch"),
                        rows.getLong("line"),
                        rows.getString("job_id"),
                        rows.getBoolean("repeat"),
                        fate != Fate.PUBLISH),
                fate);
    }

    @Override
    public void close() {
        Sql.in(
                () -> {
                    rows.close();
                    statement.close();
                    return null;
                });
    }
}
