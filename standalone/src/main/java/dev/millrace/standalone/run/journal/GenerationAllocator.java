package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Allocates the generation in which a line is submitted. One run opens at most one generation of a
 * file.
 *
 * <p>A run that was stopped while it read a file has submitted only the first lines. If the content
 * is unchanged, the next run submits the other lines in that generation: their numbers differ, and
 * a line that repeats an earlier line is recognized as a repeat. Resubmitted lines get a separate
 * generation.
 */
final class GenerationAllocator {
    private static final Duration MAX_GAP = Duration.ofHours(12);
    private static final String OPEN =
            "select f.generation, (select coalesce(max(line), 0) from lines"
                    + " where file = f.file and generation = f.generation) from files f"
                    + " where f.file = ? and f.digest = ? and f.generation is not null"
                    + " and f.opened_at >= ?"
                    + " order by f.opened_at desc limit 1";

    private final Connection connection;
    private final Instant now;
    private final Duration maxGap;
    private final Map<Long, Integer> openedByThisRun = new HashMap<>();
    private final Map<Long, OpenGeneration> openGenerations = new HashMap<>();

    /**
     * The generation that new lines of a file join.
     *
     * @param lastLine highest line number that earlier runs have submitted in it; 0 for none
     */
    private record OpenGeneration(int number, long lastLine) {}

    /**
     * @param repeatsWindow time for which the router recognizes a repeat; at most half of it passes
     *     between the first and the last line of a generation
     */
    GenerationAllocator(Connection connection, Instant now, Duration repeatsWindow) {
        this.connection = connection;
        this.now = now;
        Duration half = repeatsWindow.dividedBy(2);
        maxGap = half.compareTo(MAX_GAP) < 0 ? half : MAX_GAP;
    }

    /** Loads the generation of a file that is still open for the given content. */
    void load(long file, byte[] digest) throws SQLException {
        JournalSql.first(
                        connection,
                        OPEN,
                        row -> new OpenGeneration(row.getInt(1), row.getLong(2)),
                        file,
                        digest,
                        now.minus(maxGap).toEpochMilli())
                .ifPresent(it -> openGenerations.put(file, it));
    }

    /**
     * Returns the generation of a line that no run has submitted. A new line at or below the last
     * line of the open generation had another key when it was submitted there; for example, it was
     * too long. Such a line joins the generation of resubmitted lines.
     */
    int forNewLine(long file, long line) throws SQLException {
        OpenGeneration open = openGenerations.get(file);
        if (open == null) {
            open = new OpenGeneration(forResubmission(file), 0);
            openGenerations.put(file, open);
            recordOpen(file, open.number);
        }
        return line > open.lastLine ? open.number : forResubmission(file);
    }

    /** Returns the generation of a line that is submitted again as another job. */
    int forResubmission(long file) throws SQLException {
        Integer generation = openedByThisRun.get(file);
        return generation == null ? create(file) : generation;
    }

    /** Closes the open generation of a file, so that later runs do not add lines to it. */
    void close(long file) throws SQLException {
        JournalSql.execute(connection, "update files set generation = null where file = ?", file);
    }

    private int create(long file) throws SQLException {
        int generation =
                JournalSql.first(
                                connection,
                                "update files set latest = latest + 1 where file = ?"
                                        + " returning latest",
                                row -> row.getInt(1),
                                file)
                        .orElseThrow();
        openedByThisRun.put(file, generation);
        return generation;
    }

    /** Records the generation that new lines of the current content join, in later runs too. */
    private void recordOpen(long file, int generation) throws SQLException {
        JournalSql.execute(
                connection,
                "update files set generation = ?, opened_at = ?"
                        + " where id = (select max(id) from files where file = ?)",
                generation,
                now.toEpochMilli(),
                file);
    }
}
