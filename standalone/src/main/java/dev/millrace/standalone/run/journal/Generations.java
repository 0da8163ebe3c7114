package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Chooses the generation in which a line is submitted. One run opens at most one generation of a
 * file.
 *
 * <p>A run that was stopped while it read a file has submitted the first lines of it. The next run
 * submits the others in the same generation, if the content is the same: their numbers differ, and
 * a line that repeats an earlier one is found to be a repeat. Lines that are sent again meanwhile
 * have a generation of their own.
 */
final class Generations {
    /** Shorter than the 24 h in which the router knows a repeat. */
    private static final Duration LONGEST_GAP = Duration.ofHours(12);

    private final Connection connection;
    private final Instant now;
    private final Map<Long, byte[]> contents = new HashMap<>();
    private final Map<Long, Integer> opened = new HashMap<>();
    private final Map<Long, Integer> continued = new HashMap<>();

    Generations(Connection connection, Instant now) {
        this.connection = connection;
        this.now = now;
    }

    /** Makes the content of a file known. */
    void onFile(long file, byte[] digest) throws SQLException {
        contents.put(file, digest);
        try (var select =
                connection.prepareStatement(
                        "select reading from files where id = ? and opened_for = ?"
                                + " and opened_at >= ?")) {
            select.setLong(1, file);
            select.setBytes(2, digest);
            select.setLong(3, now.minus(LONGEST_GAP).toEpochMilli());
            try (var row = select.executeQuery()) {
                if (row.next()) {
                    continued.put(file, row.getInt(1));
                }
            }
        }
    }

    /** Returns the generation of a line that no run has submitted yet. */
    int ofNewLine(long file) throws SQLException {
        Integer reading = continued.get(file);
        if (reading == null) {
            reading = ofRepeatedLine(file);
            continued.put(file, reading);
            read(file, reading);
        }
        return reading;
    }

    /** Returns the generation of a line that is submitted again, as another job. */
    int ofRepeatedLine(long file) throws SQLException {
        Integer generation = opened.get(file);
        return generation == null ? open(file) : generation;
    }

    private int open(long file) throws SQLException {
        try (var update =
                connection.prepareStatement(
                        "update files set generation = generation + 1 where id = ?"
                                + " returning generation")) {
            update.setLong(1, file);
            try (var row = update.executeQuery()) {
                row.next();
                opened.put(file, row.getInt(1));
                return row.getInt(1);
            }
        }
    }

    /** Notes that new lines of this content belong to the generation, in the next runs too. */
    private void read(long file, int generation) throws SQLException {
        try (var update =
                connection.prepareStatement(
                        "update files set reading = ?, opened_at = ?, opened_for = ?"
                                + " where id = ?")) {
            update.setInt(1, generation);
            update.setLong(2, now.toEpochMilli());
            update.setBytes(3, contents.get(file));
            update.setLong(4, file);
            update.executeUpdate();
        }
    }
}
