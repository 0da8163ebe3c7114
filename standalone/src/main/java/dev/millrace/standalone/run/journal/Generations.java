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
    private static final Duration LONGEST_GAP = Duration.ofHours(12);

    private final Connection connection;
    private final Instant now;
    private final Duration longestGap;
    private final Map<Long, byte[]> contents = new HashMap<>();
    private final Map<Long, Integer> opened = new HashMap<>();
    private final Map<Long, Reading> readings = new HashMap<>();

    /**
     * The generation of a file's new lines.
     *
     * @param lastLine the highest number that earlier runs have given to a line of it; 0 for none
     */
    private record Reading(int generation, long lastLine) {}

    /**
     * @param repeatsWindow for how long the router knows a repeat; half of it at most passes
     *     between the first lines of a generation and its last
     */
    Generations(Connection connection, Instant now, Duration repeatsWindow) {
        this.connection = connection;
        this.now = now;
        Duration half = repeatsWindow.dividedBy(2);
        longestGap = half.compareTo(LONGEST_GAP) < 0 ? half : LONGEST_GAP;
    }

    /** Makes the content of a file known. */
    void onFile(long file, byte[] digest) throws SQLException {
        contents.put(file, digest);
        try (var select =
                connection.prepareStatement(
                        "select f.reading, max(coalesce(s.published_through, 0),"
                                + " coalesce((select max(line) from lines where file = f.id"
                                + " and generation = f.reading), 0)) from files f"
                                + " left join submissions s on s.file = f.id"
                                + " and s.generation = f.reading"
                                + " where f.id = ? and f.opened_for = ? and f.opened_at >= ?")) {
            select.setLong(1, file);
            select.setBytes(2, digest);
            select.setLong(3, now.minus(longestGap).toEpochMilli());
            try (var row = select.executeQuery()) {
                if (row.next()) {
                    readings.put(file, new Reading(row.getInt(1), row.getLong(2)));
                }
            }
        }
    }

    /**
     * Returns the generation of a line that no run has submitted yet. Below the last line of a
     * generation only a line can be new that had another key when it was submitted in it, such as
     * one that was too long then.
     */
    int ofNewLine(long file, long line) throws SQLException {
        Reading reading = readings.get(file);
        if (reading == null) {
            reading = new Reading(ofRepeatedLine(file), 0);
            readings.put(file, reading);
            read(file, reading.generation);
        }
        return line > reading.lastLine ? reading.generation : ofRepeatedLine(file);
    }

    /** Returns the generation of a line that is submitted again, as another job. */
    int ofRepeatedLine(long file) throws SQLException {
        Integer generation = opened.get(file);
        return generation == null ? open(file) : generation;
    }

    /** Keeps the next runs from continuing a generation of the file. */
    void close(long file) throws SQLException {
        try (var update =
                connection.prepareStatement("update files set opened_for = null where id = ?")) {
            update.setLong(1, file);
            update.executeUpdate();
        }
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
