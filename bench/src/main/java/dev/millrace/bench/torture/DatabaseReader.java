package dev.millrace.bench.torture;

import dev.millrace.bench.torture.Outputs.Rows;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the sinks have written.
 *
 * @param url the database, without links
 */
record DatabaseReader(String url) {
    Rows rows() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            return new Rows(
                    rows(connection, "job_id, error_code, status_code, cost_usd FROM results"),
                    rows(connection, "job_id, event_id, kind, is_final, cost_usd FROM costs"),
                    rows(
                            connection,
                            "origin_topic, origin_partition, origin_offset, reason"
                                    + " FROM dead_letters"));
        }
    }

    private static List<String> rows(Connection connection, String query) throws SQLException {
        var rows = new ArrayList<String>();
        try (var statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + query)) {
            while (result.next()) {
                var columns = new Object[result.getMetaData().getColumnCount()];
                for (int i = 0; i < columns.length; i++) {
                    columns[i] = result.getObject(i + 1);
                }
                rows.add(Rows.text(columns));
            }
        }
        return rows;
    }
}
