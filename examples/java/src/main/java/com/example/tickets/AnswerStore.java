package com.example.tickets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.consumer.Position;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the lines ended, in a SQLite file, with the positions up to which they were read. Both change
 * in one transaction, so that each answer is stored once, whenever the program dies.
 */
public final class AnswerStore implements AutoCloseable {
    private final Connection connection;

    public AnswerStore(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS answers"
                            + " (custom_id TEXT, error TEXT, body TEXT, cost_usd TEXT)");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS positions"
                            + " (topic TEXT, number INT, next INT, PRIMARY KEY (topic, number))");
        }
        connection.setAutoCommit(false);
    }

    /** Returns where to continue. */
    public List<Position> positions() throws SQLException {
        var positions = new ArrayList<Position>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM positions")) {
            while (rows.next()) {
                positions.add(new Position(rows.getString(1), rows.getInt(2), rows.getLong(3)));
            }
        }
        return positions;
    }

    /** Stores how the lines ended, and the position after each record. */
    public void store(List<Received> records) throws SQLException {
        for (Received received : records) {
            switch (received.output()) {
                case Output.Result it ->
                        insert(
                                it.view().customId(),
                                it.view().errorCode(),
                                it.responseBody(),
                                it.view().costUsd());
                case Output.Letter it ->
                        insert(null, it.letter().reason(), it.value(), BigDecimal.ZERO);
                case Output.Unreadable it -> System.err.println("skipped: " + it.problem());
                case Output.Cost _ -> {}
            }
            advance(received.next());
        }
        connection.commit();
    }

    private void insert(
            @Nullable String customId,
            @Nullable String error,
            byte @Nullable [] body,
            BigDecimal costUsd)
            throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO answers VALUES (?, ?, ?, ?)")) {
            insert.setString(1, customId);
            insert.setString(2, error);
            insert.setString(3, body == null ? null : new String(body, UTF_8));
            insert.setString(4, costUsd.toPlainString());
            insert.executeUpdate();
        }
    }

    private void advance(Position next) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(
                        "INSERT INTO positions VALUES (?, ?, ?)"
                                + " ON CONFLICT DO UPDATE SET next = excluded.next")) {
            upsert.setString(1, next.topic());
            upsert.setInt(2, next.partition());
            upsert.setLong(3, next.offset());
            upsert.executeUpdate();
        }
    }

    /** Returns the number of lines that have ended. */
    public int count() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM answers")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
