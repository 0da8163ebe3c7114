package dev.millrace.standalone.run.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Draws up what one run does with each line, in one transaction: {@link #meet} each line, then
 * either {@link #keep} it or {@link #submit} it in this run's batch, then {@link #commit}.
 */
public final class RunPlan implements AutoCloseable {
    private final Connection connection;
    private final long run;
    private final PreparedStatement find;
    private final PreparedStatement met;
    private final PreparedStatement count;
    private final PreparedStatement findJob;
    private final PreparedStatement upsert;
    private final PreparedStatement mark;
    private final PreparedStatement plan;
    private final Map<Long, Integer> openedGenerations = new HashMap<>();
    private long positions;

    private RunPlan(Connection connection, long run) throws SQLException {
        this.connection = connection;
        this.run = run;
        find =
                connection.prepareStatement(
                        "select l.generation, batch, line, job_id, repeat,"
                                + " line <= coalesce(published_through, 0) as published"
                                + " from lines l left join submissions s on s.file = l.file"
                                + " and s.generation = l.generation"
                                + " where l.file = ? and key = ? and occurrence = ?");
        met =
                connection.prepareStatement(
                        "select run = ? from lines where file = ? and key = ? and occurrence = ?");
        count =
                connection.prepareStatement(
                        "select coalesce(max(occurrence), -1) + 1 from lines"
                                + " where file = ? and key = ?");
        findJob = connection.prepareStatement("select 1 from lines where job_id = ? limit 1");
        upsert =
                connection.prepareStatement(
                        "insert or replace into lines values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        mark =
                connection.prepareStatement(
                        "update lines set run = ? where file = ? and key = ? and occurrence = ?");
        plan = connection.prepareStatement("insert into plan values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    }

    static RunPlan start(Connection connection, String startedAt) throws SQLException {
        try (var statement = connection.createStatement();
                var insert =
                        connection.prepareStatement(
                                "insert into runs (started_at) values (?) returning id")) {
            statement.execute("delete from plan");
            insert.setString(1, startedAt);
            try (var id = insert.executeQuery()) {
                id.next();
                return new RunPlan(connection, id.getLong(1));
            }
        }
    }

    /**
     * The id of a file, the same in every run.
     *
     * @param path says which file it is
     * @param name what its batches are called; made unique when another file has it
     */
    public long file(String path, String name) {
        return Sql.in(() -> fileId(path).orElseGet(() -> insertFile(path, name)));
    }

    private Optional<Long> fileId(String path) throws SQLException {
        try (var select = connection.prepareStatement("select id from files where path = ?")) {
            select.setString(1, path);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    private long insertFile(String path, String name) {
        return Sql.in(
                () -> {
                    try (var insert =
                            connection.prepareStatement(
                                    "insert into files (path, name, generation) values (?, ?, 0)"
                                            + " returning id")) {
                        insert.setString(1, path);
                        insert.setString(2, unusedName(BatchNames.ofFile(name)));
                        try (var id = insert.executeQuery()) {
                            id.next();
                            return id.getLong(1);
                        }
                    }
                });
    }

    private String unusedName(String wanted) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from files where name = ?")) {
            String name = wanted;
            for (int n = 2; isThere(select, name); n++) {
                name = wanted + "~" + n;
            }
            return name;
        }
    }

    private static boolean isThere(PreparedStatement select, String text) throws SQLException {
        select.setString(1, text);
        try (var row = select.executeQuery()) {
            return row.next();
        }
    }

    /**
     * Meets a line: gives what is known of the next occurrence of this key that this run has not
     * met; empty for a new line, which is to be submitted.
     */
    public Optional<Occurrence> meet(long file, byte[] key) {
        return Sql.in(
                () -> {
                    Optional<Occurrence> next = nextOccurrence(file, key);
                    if (next.isPresent()) {
                        mark.setLong(1, run);
                        mark.setLong(2, file);
                        mark.setBytes(3, key);
                        mark.setInt(4, next.get().number);
                        mark.executeUpdate();
                    }
                    return next;
                });
    }

    /**
     * Occurrences are numbered from 0 without a gap and met in that order, so those that this run
     * has met come first: a file of a hundred thousand equal lines is not read over with each.
     */
    private Optional<Occurrence> nextOccurrence(long file, byte[] key) throws SQLException {
        int low = 0;
        int high = isMet(file, key, 0) ? count(file, key) : 0;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isMet(file, key, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return occurrence(file, key, low);
    }

    private boolean isMet(long file, byte[] key, int occurrence) throws SQLException {
        met.setLong(1, run);
        met.setLong(2, file);
        met.setBytes(3, key);
        met.setInt(4, occurrence);
        try (var row = met.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private Optional<Occurrence> occurrence(long file, byte[] key, int number) throws SQLException {
        find.setLong(1, file);
        find.setBytes(2, key);
        find.setInt(3, number);
        try (var row = find.executeQuery()) {
            return row.next()
                    ? Optional.of(new Occurrence(file, key, number, line(row)))
                    : Optional.empty();
        }
    }

    private static JournaledLine line(ResultSet row) throws SQLException {
        return new JournaledLine(
                row.getInt("generation"),
                row.getString("batch"),
                row.getLong("line"),
                row.getString("job_id"),
                row.getBoolean("repeat"),
                row.getBoolean("published"));
    }

    /** A line that an earlier run has met. */
    public record Occurrence(long file, byte[] key, int number, JournaledLine line) {}

    /** Plans a known line under the name it has. */
    public PlannedLine keep(Occurrence known, long sourceLine, Fate fate) {
        return Sql.in(() -> insert(known.file, sourceLine, known.line, fate));
    }

    /**
     * Plans a line to be published in this run's generation of its file.
     *
     * @param known what it was before, when it is to be sent again; null for a new line
     * @param claimedBatch the batch that the line itself names; null for the file's
     * @param jobIdIn gives the job id of the line in a batch, or null when it has none
     */
    public PlannedLine submit(
            long file,
            byte[] key,
            @Nullable Occurrence known,
            long sourceLine,
            @Nullable String claimedBatch,
            Function<String, @Nullable String> jobIdIn) {
        return Sql.in(
                () -> {
                    int generation = openedGenerations.computeIfAbsent(file, this::openGeneration);
                    String base = claimedBatch == null ? nameOf(file) : claimedBatch;
                    String batch = BatchNames.ofGeneration(base, generation);
                    String jobId = jobIdIn.apply(batch);
                    var line =
                            new JournaledLine(
                                    generation,
                                    batch,
                                    sourceLine,
                                    jobId,
                                    jobId != null && isKnown(jobId),
                                    false);
                    upsert.setLong(1, file);
                    upsert.setBytes(2, key);
                    upsert.setInt(3, known == null ? count(file, key) : known.number);
                    upsert.setInt(4, generation);
                    upsert.setString(5, batch);
                    upsert.setLong(6, sourceLine);
                    setText(upsert, 7, jobId);
                    upsert.setBoolean(8, line.repeat());
                    upsert.setLong(9, run);
                    upsert.executeUpdate();
                    return insert(file, sourceLine, line, Fate.PUBLISH);
                });
    }

    private boolean isKnown(String jobId) throws SQLException {
        return isThere(findJob, jobId);
    }

    private int count(long file, byte[] key) throws SQLException {
        count.setLong(1, file);
        count.setBytes(2, key);
        try (var row = count.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /**
     * Whether a submission has lines, up to this one, of which Kafka has acknowledged nothing and
     * which this run has not met: it will not publish them.
     */
    public boolean hasUnmet(Generation generation, long throughLine) {
        return Sql.in(
                () -> {
                    try (var select =
                            connection.prepareStatement(
                                    "select exists (select 1 from lines where file = ?"
                                            + " and generation = ? and run <> ? and line <= ?"
                                            + " and line > coalesce((select published_through"
                                            + " from submissions s where s.file = lines.file and"
                                            + " s.generation = lines.generation), 0))")) {
                        select.setLong(1, generation.file());
                        select.setInt(2, generation.number());
                        select.setLong(3, run);
                        select.setLong(4, throughLine);
                        try (var row = select.executeQuery()) {
                            row.next();
                            return row.getBoolean(1);
                        }
                    }
                });
    }

    private int openGeneration(long file) {
        return Sql.in(
                () -> {
                    try (var update =
                            connection.prepareStatement(
                                    "update files set generation = generation + 1 where id = ?"
                                            + " returning generation")) {
                        update.setLong(1, file);
                        try (var row = update.executeQuery()) {
                            row.next();
                            return row.getInt(1);
                        }
                    }
                });
    }

    private String nameOf(long file) throws SQLException {
        try (var select = connection.prepareStatement("select name from files where id = ?")) {
            select.setLong(1, file);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private PlannedLine insert(long file, long sourceLine, JournaledLine line, Fate fate)
            throws SQLException {
        long position = positions++;
        plan.setLong(1, position);
        plan.setLong(2, file);
        plan.setLong(3, sourceLine);
        plan.setInt(4, line.generation());
        plan.setString(5, line.batch());
        plan.setLong(6, line.line());
        setText(plan, 7, line.jobId());
        plan.setBoolean(8, line.repeat());
        plan.setString(9, fate.name());
        plan.executeUpdate();
        return new PlannedLine(position, file, sourceLine, line, fate);
    }

    private static void setText(PreparedStatement statement, int index, @Nullable String text)
            throws SQLException {
        if (text == null) {
            statement.setNull(index, Types.VARCHAR);
        } else {
            statement.setString(index, text);
        }
    }

    /** Keeps the plan: from now on its lines are known. */
    public void commit() {
        Sql.in(
                () -> {
                    connection.commit();
                    return null;
                });
    }

    /** Drops what was not committed. */
    @Override
    public void close() {
        Sql.in(
                () -> {
                    connection.rollback();
                    for (var statement :
                            new PreparedStatement[] {
                                find, met, count, findJob, upsert, mark, plan
                            }) {
                        statement.close();
                    }
                    return null;
                });
    }
}
